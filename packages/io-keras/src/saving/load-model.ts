import { ArgumentError, ensureBackend, FormatError } from "@keras/ops";
import type { GraphDeserializeOptions, Model } from "@keras/models";
import type { ByteSource } from "../bytes/source.ts";
import { readHdf5 } from "../hdf5/read.ts";
import { h5WeightsSource } from "../weights/h5-source.ts";
import { loadState } from "../weights/load.ts";
import { readZip, type ZipEntry } from "../zip/read.ts";
import { reading, type FileInput } from "./input.ts";
import { parseJson } from "./json.ts";
import { modelFromConfig, type AnyModel } from "./model-config.ts";
import { Saveables } from "./model-saveable.ts";

/** Options of {@link loadModel}. */
export interface LoadModelOptions extends GraphDeserializeOptions {
  /** Compile the model as it was compiled when it was saved, and load the optimizer's state. Default true. */
  readonly compile?: boolean | undefined;
  /** Gets warnings. Default: `console.warn`. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

const METADATA = "metadata.json";
const CONFIG = "config.json";
const WEIGHTS = "model.weights.h5";
const ASSETS = "assets/";

/**
 * Loads a model that `saveModel` or Python Keras saved as a `.keras` file. Nothing in the file is run: classes and functions are looked
 * up among those that are passed.
 *
 * @param input - A path or URL, bytes, a Blob or File, a fetched `Response`, or a stream.
 * @param options - `objects`: namespaces such as `layers`, and classes of your own; the umbrella package passes Keras's itself.
 * @throws {FormatError} when the file is truncated, damaged or no model, or its weights do not fit.
 * @throws {NotFoundError} when there is no such file, or a class is not at hand; the message says what to pass.
 * @throws {ArgumentError} when the file holds Python code.
 * @example
 * ```ts
 * import { loadModel, saveModel } from "@keras/io-keras";
 * import { Input, Sequential, layers } from "keras";
 * const model = new Sequential([Input({ shape: [1] }), new layers.Dense({ units: 1, kernelInitializer: "ones" })]);
 * const again = await loadModel(await saveModel(model), { objects: [layers] });
 * console.log((await again.predict([[3]])).toNested()); // [[3]]
 * ```
 */
export async function loadModel(input: FileInput, options: LoadModelOptions = {}): Promise<Model> {
  await ensureBackend();
  return reading(input, (source) => loadFrom(source, typeof input === "string" ? `'${input}'` : "the file", options));
}

async function loadFrom(source: ByteSource, what: string, options: LoadModelOptions): Promise<Model> {
  await refuseOtherFormats(source, what);
  const entries = await readZip(source);
  for (const name of [METADATA, CONFIG, WEIGHTS]) {
    if (!entries.has(name))
      throw new FormatError(
        `${what} has no '${name}': it is no .keras file${entries.has("model.weights.npz") ? " of a kind that can be read" : ""}`,
      );
  }
  const text = new TextDecoder().decode(await entries.get(CONFIG)!.bytes());
  const { customObjects = {}, objects = [], onWarning = (message: string) => console.warn(message) } = options;
  const model = modelFromConfig(parseJson(text, `${CONFIG} of ${what}`), {
    ...options,
    objects: [customObjects, ...objects],
    operations: options.operations ?? (await operationsFor(text)),
  });
  await restoreState(model, entries, onWarning);
  return model as unknown as Model;
}

/** Ops as nodes of a graph are rare: their table is fetched where a file has some. */
async function operationsFor(config: string): Promise<GraphDeserializeOptions["operations"]> {
  return config.includes('"keras.src.ops.') ? (await import("@keras/ops/op-table")).OPERATIONS : undefined;
}

async function restoreState(
  model: AnyModel,
  entries: ReadonlyMap<string, ZipEntry>,
  onWarning: (message: string) => void,
): Promise<void> {
  const tree = await readHdf5(await entries.get(WEIGHTS)!.source());
  const assets = new Map(
    [...entries].filter(([name]) => name.startsWith(ASSETS)).map(([name, entry]) => [name.slice(ASSETS.length), entry]),
  );
  await loadState(
    new Saveables(onWarning).of(model),
    { weights: h5WeightsSource(tree), assets: assets.size > 0 ? assets : null },
    { onWarning },
  );
}

/** @throws {ArgumentError} when the file is of another of Keras's formats. @throws {FormatError} when it is empty. */
async function refuseOtherFormats(source: ByteSource, what: string): Promise<void> {
  if (source.size === 0) throw new FormatError(`${what} is empty`);
  const start = await source.read(0, Math.min(8, source.size));
  if (start[0] === 0x89 && String.fromCharCode(...start.subarray(1, 4)) === "HDF") {
    throw new ArgumentError(
      `${what} is an HDF5 file. If it holds weights, build the model and call loadWeights; a whole model in this older form must be saved by Keras 3 as '.keras' first`,
    );
  }
}

import { ArgumentError, ensureBackend, FormatError } from "@keras/ops";
import { files } from "#files";
import { readZip } from "../zip/read.ts";
import { loadShardedWeights, encodeShardedWeights } from "../weights/shards.ts";
import { encodeWeights, loadWeightsFile } from "../weights/weights-file.ts";
import type { EncodedFile } from "../hdf5/write.ts";
import type { LoadFailure } from "../weights/load.ts";
import type { ByteSink } from "../zip/write.ts";
import type { ByteInput } from "../bytes/source.ts";
import { pathOf, reading, type FileInput } from "./input.ts";
import { Saveables } from "./model-saveable.ts";
import { bytesOf, targetPath, writeTo, type FileTarget, type OverwriteOptions } from "./output.ts";

/** Options of {@link saveWeights}. */
export interface SaveWeightsOptions extends OverwriteOptions {
  /** Largest size of one file in gigabytes: then the path is an index, `NAME.weights.json`, and the weights lie in files beside it. */
  readonly maxShardSize?: number | null | undefined;
}

/** Options of {@link loadWeights}. */
export interface LoadWeightsOptions {
  /** Leave layers whose weights do not fit as they are, with a warning in place of an error. Default false. */
  readonly skipMismatch?: boolean | undefined;
  /** Gets warnings. Default: `console.warn`. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Gives the files that an index of sharded weights names. Default: those beside its path. */
  readonly shards?: ((name: string) => ByteInput | Promise<ByteInput>) | undefined;
}

const GIGABYTE = 1024 ** 3;

const writing =
  (file: EncodedFile) =>
  async (sink: ByteSink): Promise<void> => {
    for await (const part of file.parts()) await sink(part);
  };

/**
 * Saves the weights of a model or layer, the optimizer's state included, as a `.weights.h5` file.
 *
 * @param model - Built.
 * @param target - A path ending in `.weights.h5`, or in `.weights.json` with `maxShardSize`; a stream or handle; without one, the bytes
 *   are returned.
 * @throws {ArgumentError} when the path ends otherwise, or a file must not be replaced.
 * @example
 * ```ts
 * import { loadWeights, saveWeights } from "@keras/io-keras";
 * import { Input, Sequential, layers } from "keras";
 * const make = () => new Sequential([Input({ shape: [3] }), new layers.Dense({ units: 2 })]);
 * const [a, b] = [make(), make()];
 * await loadWeights(b, await saveWeights(a));
 * const x = [[1, 2, 3]];
 * console.log(String((await a.predict(x)).values) === String((await b.predict(x)).values)); // true
 * ```
 */
export async function saveWeights(model: object): Promise<Uint8Array<ArrayBuffer>>;
export async function saveWeights(model: object, target: FileTarget, options?: SaveWeightsOptions): Promise<void>;
export async function saveWeights(
  model: object,
  target?: FileTarget,
  options: SaveWeightsOptions = {},
): Promise<Uint8Array<ArrayBuffer> | void> {
  const path = target === undefined ? null : targetPath(target);
  const sharded = options.maxShardSize !== null && options.maxShardSize !== undefined;
  if (path !== null) checkName(path, sharded);
  await ensureBackend();
  const root = new Saveables(console.warn).of(model);
  if (sharded) {
    if (path === null)
      throw new ArgumentError("sharded weights are several files: give the path of their index, NAME.weights.json");
    return saveShards(path, await encodeShardedWeights(root, path, options.maxShardSize! * GIGABYTE), options);
  }
  const produce = writing(await encodeWeights(root));
  return target === undefined ? bytesOf(produce) : writeTo(target, produce, options);
}

function checkName(path: string, sharded: boolean): void {
  const ending = sharded ? ".weights.json" : ".weights.h5";
  if (!path.endsWith(ending))
    throw new ArgumentError(
      `${sharded ? "the index of sharded weights" : "weights"} must be saved to a path that ends in '${ending}', not '${path}'`,
    );
}

/** The index comes last: while it is not there, the shards are nobody's. */
async function saveShards(
  path: string,
  { index, shards }: Awaited<ReturnType<typeof encodeShardedWeights>>,
  options: OverwriteOptions,
): Promise<void> {
  if (options.overwrite === false && (await files.exists(path)))
    throw new ArgumentError(`the file '${path}' exists already: choose another name, or allow overwriting`);
  for (const { name, file } of shards) await writeTo(besideOf(path, name), writing(file), options);
  await writeTo(path, async (sink) => sink(new TextEncoder().encode(index)), options);
}

const besideOf = (path: string, name: string): string =>
  path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1) + name;

/**
 * Loads weights into a model or layer of the same architecture: from a `.weights.h5` file, sharded weights (`.weights.json`), or the
 * weights in a `.keras` file.
 *
 * @param model - Built.
 * @param input - A path or URL, bytes, a Blob or File, a fetched `Response`, or a stream.
 * @returns What did not fit and was skipped: nothing, unless `skipMismatch`.
 * @throws {FormatError} when the file is damaged, or its weights do not fit (unless `skipMismatch`).
 * @throws {NotFoundError} when there is no such file.
 */
export async function loadWeights(
  model: object,
  input: FileInput,
  options: LoadWeightsOptions = {},
): Promise<LoadFailure[]> {
  const { onWarning = (message: string) => console.warn(message) } = options;
  await ensureBackend();
  const root = new Saveables(onWarning).of(model);
  return reading(input, async (source) => {
    if (source.size === 0) throw new FormatError("the file of weights is empty");
    const [first] = await source.read(0, 1);
    if (first === 0x7b) {
      const index = new TextDecoder().decode(await source.read(0, source.size));
      return loadShardedWeights(root, index, options.shards ?? (await shardsBeside(input)), { ...options, onWarning });
    }
    if (first !== 0x50) return loadWeightsFile(root, source, { ...options, onWarning });
    const weights = (await readZip(source)).get("model.weights.h5");
    if (!weights) throw new FormatError("the archive has no 'model.weights.h5': it is no .keras file");
    return loadWeightsFile(root, await weights.source(), { ...options, onWarning });
  });
}

function shardsBeside(input: FileInput): (name: string) => Promise<ByteInput> {
  const path = pathOf(input) ?? (typeof input === "string" ? input : input instanceof URL ? input.href : null);
  if (path === null)
    throw new ArgumentError(
      "the index of sharded weights names files: give its path or URL, or pass { shards: (name) => bytes }",
    );
  return (name) => reading(besideOf(path, name), async (source) => source.read(0, source.size));
}

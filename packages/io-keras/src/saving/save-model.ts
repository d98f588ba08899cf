import { ArgumentError, ensureBackend } from "@keras/ops";
import { encodeHdf5 } from "../hdf5/write.ts";
import { collectState, weightsTree } from "../weights/save.ts";
import { writeZip, zipInput, type ByteSink } from "../zip/write.ts";
import { formatJson } from "./json.ts";
import { modelConfig, type AnyModel } from "./model-config.ts";
import { Saveables } from "./model-saveable.ts";
import { bytesOf, targetPath, writeTo, type FileTarget, type OverwriteOptions } from "./output.ts";

/** The release of Keras whose format is written. */
export const KERAS_VERSION = "3.15.1";

/** Options of {@link saveModel}. */
export interface SaveModelOptions extends OverwriteOptions {}

/**
 * Saves a model as a `.keras` file, which Python Keras loads, too: architecture, weights, and what it was compiled with, the optimizer's
 * state included. A path is written as a whole: if anything fails, what was there before stays.
 *
 * @param model - Any model; a subclassed one needs a registered class on loading.
 * @param target - A path ending in `.keras` (in Node), a stream, or a file handle of a browser; without one, the bytes are returned.
 * @param options - `overwrite`: whether a file that is there may be replaced (default true).
 * @throws {ArgumentError} when the path ends otherwise, the file must not be replaced, or a part of the model has no form in a file.
 * @example
 * ```ts
 * import { loadModel, saveModel } from "@keras/io-keras";
 * import { Input, Sequential, layers } from "keras";
 * const model = new Sequential([Input({ shape: [3] }), new layers.Dense({ units: 2 })]);
 * const bytes = await saveModel(model);
 * const again = await loadModel(bytes, { objects: [layers] });
 * console.log(again.countParams()); // 8
 * ```
 */
export async function saveModel(model: object): Promise<Uint8Array<ArrayBuffer>>;
export async function saveModel(model: object, target: FileTarget, options?: SaveModelOptions): Promise<void>;
export async function saveModel(
  model: object,
  target?: FileTarget,
  options: SaveModelOptions = {},
): Promise<Uint8Array<ArrayBuffer> | void> {
  const path = target === undefined ? null : targetPath(target);
  if (path !== null && !path.endsWith(".keras")) {
    throw new ArgumentError(
      `a model is saved to a path that ends in '.keras', not '${path}'. For weights alone use saveWeights; to export, @keras/io-onnx`,
    );
  }
  await ensureBackend();
  const produce = await prepare(model as AnyModel);
  return target === undefined ? bytesOf(produce) : writeTo(target, produce, options);
}

/** Takes stock of the model as it is now; the result writes it. */
async function prepare(model: AnyModel): Promise<(sink: ByteSink) => Promise<void>> {
  const config = formatJson(modelConfig(model));
  const metadata = formatJson({ keras_version: KERAS_VERSION, date_saved: dateSaved(new Date()) });
  const { entries, assets } = await collectState(new Saveables(console.warn).of(model));
  const weights = { name: "model.weights.h5", ...encodeHdf5(weightsTree(entries)) };
  const files = assets.map((asset) => ({ ...asset, name: `assets/${asset.name}` }));
  return (sink) =>
    writeZip([zipInput("metadata.json", metadata), zipInput("config.json", config), weights, ...files], sink);
}

/** `2026-01-31@23:59:59`, local time. */
function dateSaved(date: Date): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}@${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

import type { ByteInput } from "../bytes/source.ts";
import { readHdf5, type ReadHdf5Options } from "../hdf5/read.ts";
import { encodeHdf5, type EncodedFile } from "../hdf5/write.ts";
import { h5WeightsSource } from "./h5-source.ts";
import { loadState, type LoadFailure, type LoadStateOptions } from "./load.ts";
import type { Saveable } from "./saveable.ts";
import { collectState, weightsTree } from "./save.ts";

/**
 * A model's weights as a `.weights.h5` file, which Keras reads with `load_weights`.
 *
 * @param root The model (or layer).
 * @returns The file, to be written once, piece by piece.
 */
export async function encodeWeights(root: Saveable): Promise<EncodedFile> {
  const { entries } = await collectState(root);
  return encodeHdf5(weightsTree(entries));
}

/**
 * Loads the weights of a `.weights.h5` file into a model.
 *
 * @param root The model; built.
 * @param input The file: bytes, a Blob, or anything that can be read at an offset.
 * @returns What did not fit and was skipped.
 * @throws {FormatError} when the weights do not fit (unless `skipMismatch`), or the file is damaged.
 */
export async function loadWeightsFile(
  root: Saveable,
  input: ByteInput,
  options: LoadStateOptions & ReadHdf5Options = {},
): Promise<LoadFailure[]> {
  return loadState(root, { weights: h5WeightsSource(await readHdf5(input, options)) }, options);
}

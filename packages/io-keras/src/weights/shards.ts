import { ArgumentError, FormatError, itemBytes } from "@keras/ops";
import type { ByteInput } from "../bytes/source.ts";
import { readHdf5, type ReadHdf5Options } from "../hdf5/read.ts";
import type { H5Dataset, H5Group } from "../hdf5/types.ts";
import { encodeHdf5, type EncodedFile } from "../hdf5/write.ts";
import { varsAt } from "./h5-source.ts";
import { loadState, type LoadFailure, type LoadStateOptions, type WeightsSource } from "./load.ts";
import type { Saveable } from "./saveable.ts";
import { collectState, weightsTree, type VarsEntry } from "./save.ts";

/** One file of sharded weights. */
export interface Shard {
  /** Name of the file, which lies beside the index. */
  readonly name: string;
  readonly file: EncodedFile;
}

/** Sharded weights: an index in JSON and the files that it names. */
export interface ShardedWeights {
  /** Content of `NAME.weights.json`. */
  readonly index: string;
  readonly shards: readonly Shard[];
}

/** The part of a shard's name that Keras makes of an index's: `a/model.weights.json` → `model`. */
function baseName(indexName: string): string {
  const file = indexName.slice(indexName.lastIndexOf("/") + 1);
  return file.replace(/\.json$/, "").replaceAll(".weights", "");
}

const bytesOf = ({ shape, dtype }: H5Dataset): number => shape.reduce((n, size) => n * size, itemBytes(dtype));

/**
 * A model's weights as several files of bounded size, which Keras reads with `load_weights("NAME.weights.json")`.
 *
 * @param root The model (or layer).
 * @param indexName Name of the index, `NAME.weights.json`; the shards become `NAME_00000.weights.h5` and so on.
 * @param maxShardBytes Most bytes of weights per file. The variables of one layer may be spread over two files.
 * @throws {ArgumentError} when a single variable is larger, or the name does not end in `.weights.json`.
 */
export async function encodeShardedWeights(
  root: Saveable,
  indexName: string,
  maxShardBytes: number,
): Promise<ShardedWeights> {
  if (!indexName.endsWith(".weights.json")) {
    throw new ArgumentError(`the index of sharded weights is named NAME.weights.json, not '${indexName}'`);
  }
  const { entries } = await collectState(root);
  const base = baseName(indexName);
  const nameOf = (i: number): string => `${base}_${String(i).padStart(5, "0")}.weights.h5`;
  const shards: VarsEntry[][] = [[]];
  const weightMap: Record<string, string[]> = {};
  let [total, size] = [0, 0];
  for (const { path, name, vars } of entries) {
    let current = new Map<string, H5Dataset>();
    shards.at(-1)!.push({ path, name, vars: current });
    for (const [key, dataset] of vars) {
      const bytes = bytesOf(dataset);
      if (bytes > maxShardBytes) {
        throw new ArgumentError(
          `variable '${key}' of '${path}' takes ${bytes} bytes, more than a shard may have (${maxShardBytes}): allow more`,
        );
      }
      if (size + bytes > maxShardBytes) {
        current = new Map();
        shards.push([{ path, name, vars: current }]);
        size = 0;
      }
      current.set(key, dataset);
      size += bytes;
      total += bytes;
      const files = (weightMap[path === "" ? "/vars" : `/${path}/vars`] ??= []);
      const file = nameOf(shards.length - 1);
      if (files.at(-1) !== file) files.push(file);
    }
  }
  return {
    index: JSON.stringify({ metadata: { total_size: total }, weight_map: weightMap }, null, 4),
    shards: shards.map((part, i) => ({ name: nameOf(i), file: encodeHdf5(weightsTree(part)) })),
  };
}

/**
 * Loads sharded weights into a model.
 *
 * @param root The model; built.
 * @param index Content of `NAME.weights.json`.
 * @param open Gives a shard by its name, a plain file name. Each is asked for once.
 * @returns What did not fit and was skipped.
 * @throws {FormatError} when the weights do not fit (unless `skipMismatch`), the index is not one, or names files elsewhere.
 */
export async function loadShardedWeights(
  root: Saveable,
  index: string,
  open: (name: string) => ByteInput | Promise<ByteInput>,
  options: LoadStateOptions & ReadHdf5Options = {},
): Promise<LoadFailure[]> {
  const weightMap = parseIndex(index);
  const shards = new Map<string, Promise<H5Group>>();
  const shard = (name: string): Promise<H5Group> => {
    let root = shards.get(name);
    if (!root) {
      root = Promise.resolve(open(name)).then((input) => readHdf5(input, options));
      shards.set(name, root);
    }
    return root;
  };
  const weights: WeightsSource = {
    async vars(path) {
      const vars = new Map<string, H5Dataset>();
      for (const name of weightMap.get(path === "" ? "/vars" : `/${path}/vars`) ?? []) {
        for (const [key, dataset] of varsAt(await shard(name), path) ?? []) vars.set(key, dataset);
      }
      return vars;
    },
    has: (path) => [...weightMap.keys()].some((key) => key.startsWith(`/${path}/`)),
  };
  return loadState(root, { weights }, options);
}

/** Files by path, checked. */
function parseIndex(index: string): Map<string, string[]> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(index);
  } catch (cause) {
    throw new FormatError("the index of sharded weights is no JSON", { cause });
  }
  const map = (parsed as { weight_map?: unknown } | null)?.weight_map;
  if (typeof map !== "object" || map === null)
    throw new FormatError("the index of sharded weights has no 'weight_map'");
  return new Map(
    Object.entries(map).map(([path, value]) => {
      const files = [value].flat() as unknown[];
      for (const file of files) {
        if (typeof file !== "string" || !/^[^/\\\0:]+$/.test(file) || file === "." || file === "..") {
          throw new FormatError(
            `the index of sharded weights names ${JSON.stringify(file)}, which is not the name of a file beside it`,
          );
        }
      }
      return [path, files as string[]];
    }),
  );
}

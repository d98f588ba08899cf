import { FormatError } from "@keras/ops";
import type { ExpansionLimits } from "../bytes/limits.ts";
import { byteSource, type ByteInput } from "../bytes/source.ts";
import { readAttributes } from "./reading/attributes.ts";
import { isDataset, openDataset } from "./reading/dataset.ts";
import type { H5File } from "./reading/file.ts";
import { isGroup, readLinks } from "./reading/groups.ts";
import { MAX_DEPTH } from "./format/messages.ts";
import { readObjectHeader } from "./reading/object-header.ts";
import { openSuperblock } from "./reading/superblock.ts";
import type { H5Group, H5Node } from "./types.ts";

/** Options of {@link readHdf5}. */
export interface ReadHdf5Options {
  /** How far compressed or unwritten datasets may unfold into memory. */
  readonly limits?: ExpansionLimits | undefined;
}

/**
 * Reads the tree of an HDF5 file: names, attributes, shapes and dtypes. Data are read later, dataset by dataset.
 *
 * What h5py and Keras write is understood: superblocks 0 to 3; groups as symbol tables, links or heaps; contiguous, compact and
 * chunked data with gzip, shuffle and fletcher32. Whatever leads out of the file (soft and external links, virtual
 * datasets) and whatever is unknown is refused.
 *
 * @param input The file: bytes in memory, a Blob, or anything that can be read at an offset. It must stay readable as long as datasets are read.
 * @throws {FormatError} when the file is truncated, damaged, hostile, or uses a feature that is not supported; the message names the object.
 *
 * @example
 * ```ts
 * import { h5Dataset, h5Find, h5Group, readHdf5, writeHdf5 } from "@keras/io-keras";
 * import { NDArray } from "keras";
 * const weights = h5Dataset(new NDArray(Float32Array.of(1, 2), [2], "float32"));
 * const file = new Blob((await writeHdf5(h5Group({ layers: h5Group({ weights }) }))) as BlobPart[]);
 * const found = h5Find(await readHdf5(file), "layers/weights");
 * if (found?.kind === "dataset") console.log((await found.read()).toNested()); // [1, 2]
 * ```
 *
 * Source: HDF5 File Format Specification, version 3.0 (The HDF Group).
 */
export async function readHdf5(input: ByteInput, options: ReadHdf5Options = {}): Promise<H5Group> {
  const { file, root } = await openSuperblock(byteSource(input));
  const node = await readNode({ file, limits: options.limits ?? {}, groups: new Map() }, root, [], "the root group");
  if (node.kind !== "group") throw new FormatError("the HDF5 file is damaged: its root is not a group");
  return node;
}

interface Walk {
  readonly file: H5File;
  readonly limits: ExpansionLimits;
  /** Path of each group by address. */
  readonly groups: Map<number, string>;
}

async function readNode(walk: Walk, address: number | null, path: readonly string[], what: string): Promise<H5Node> {
  const { file, groups, limits } = walk;
  if (path.length > MAX_DEPTH) throw new FormatError(`${what} is nested more than ${MAX_DEPTH} deep`);
  const messages = await readObjectHeader(file, address, what);
  const attrs = await readAttributes(file, messages, what);
  if (isDataset(messages)) return openDataset(file, messages, attrs, what, limits);
  if (!isGroup(messages))
    throw new FormatError(`${what} is neither a group nor a dataset (a committed datatype?), which is not supported`);
  // A group with two parents is legal, but it may be its own ancestor, or double at every level.
  const known = groups.get(address!);
  if (known !== undefined)
    throw new FormatError(`${what} is the same group as ${known}, which is refused: it could be endless`);
  groups.set(address!, what);
  const children = new Map<string, H5Node>();
  for (const [name, child] of await readLinks(file, messages, what)) {
    const childPath = [...path, name];
    children.set(name, await readNode(walk, child, childPath, `'/${childPath.join("/")}'`));
  }
  return { kind: "group", attrs, children };
}

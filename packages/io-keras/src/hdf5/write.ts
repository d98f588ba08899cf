import { ArgumentError, StateError, itemBytes } from "@keras/ops";
import { ByteBuilder, padding } from "../bytes/builder.ts";
import { lookup3 } from "./format/checksum.ts";
import { encodeType, isStoredOpaque } from "./format/datatype.ts";
import { GlobalHeapBuilder } from "./writing/global-heap.ts";
import { MAX_DEPTH, SIGNATURE } from "./format/messages.ts";
import { attributeMessage, buildObjectHeader, datasetMessages, groupMessages } from "./writing/object-header.ts";
import type { H5Attribute, H5Dataset, H5Group, H5Node } from "./types.ts";

const SUPERBLOCK = 48;
/** Data start at multiples of this, so that a memory-mapped file can be used as it is. */
const ALIGNMENT = 64;

/** A file whose layout is fixed but whose data have not been read yet. */
export interface EncodedFile {
  /** Bytes of the file. */
  readonly size: number;
  /** The file, piece by piece from the start. Each dataset is read when its turn comes, and not kept. */
  parts(): AsyncGenerator<Uint8Array, void, undefined>;
}

/** A dataset with the place of its data: null when it has none. */
interface PlacedDataset {
  readonly path: string;
  readonly dataset: H5Dataset;
  readonly type: Uint8Array;
  readonly address: number | null;
  readonly bytes: number;
}

/**
 * Lays out an HDF5 file: superblock, data (64-byte aligned, in the order of the tree), then all metadata. HDF5 1.8 and later read it.
 * Nothing is copied: memory use is that of the datasets read at a time.
 *
 * @param root The tree; see `h5Group` and `h5Dataset`. A node may occur in several places and is then written for each.
 * @throws {ArgumentError} for a name with `/`, a dtype without a form in HDF5 (int4, strings), an attribute above 64 kB.
 *
 * @example
 * ```ts
 * import { encodeHdf5, h5Dataset, h5Group } from "@keras/io-keras";
 * import { NDArray } from "keras";
 * const file = encodeHdf5(h5Group({ w: h5Dataset(new NDArray(new Float32Array(1000), [1000], "float32")) }));
 * let written = 0;
 * for await (const part of file.parts()) written += part.length;
 * console.log(written === file.size); // true
 * ```
 *
 * Source: HDF5 File Format Specification, version 3.0 (The HDF Group).
 */
export function encodeHdf5(root: H5Group): EncodedFile {
  const datasets: PlacedDataset[] = [];
  const dataEnd = placeData(root, datasets);
  const heapStart = dataEnd + padding(dataEnd, 8);
  const heap = new GlobalHeapBuilder(heapStart);
  const attributes = new Map<string, Uint8Array[]>();
  walk(root, "", (node, path) => attributes.set(path, attributeMessages(node, path, heap)));
  const headersStart = heap.finish();
  const headers: Uint8Array[] = [];
  let end = headersStart;
  const place = (messages: readonly Uint8Array[]): number => {
    const address = end;
    const header = buildObjectHeader(messages);
    const gap = padding(header.length, 8);
    headers.push(header, new Uint8Array(gap));
    end += header.length + gap;
    return address;
  };
  let next = 0;
  const header = (node: H5Node, path: string): number => {
    const own = attributes.get(path)!;
    if (node.kind === "dataset") {
      const { type, address, bytes } = datasets[next++]!;
      return place([...datasetMessages(type, node.shape, address, bytes), ...own]);
    }
    const links = Array.from(node.children, ([name, child]) => [name, header(child, join(path, name))] as const);
    return place([...groupMessages(links), ...own]);
  };
  const rootAddress = header(root, "");
  const superblock = buildSuperblock(end, rootAddress);

  return {
    size: end,
    async *parts() {
      yield superblock;
      let position = SUPERBLOCK;
      for (const placed of datasets) {
        if (placed.address === null) continue;
        if (placed.address > position) yield new Uint8Array(placed.address - position);
        yield await readData(placed);
        position = placed.address + placed.bytes;
      }
      if (heapStart > position) yield new Uint8Array(heapStart - position);
      yield* heap.parts;
      for (const part of headers) if (part.length > 0) yield part;
    },
  };
}

/**
 * An HDF5 file as pieces in memory, in order.
 *
 * @param root The tree; see `h5Group` and `h5Dataset`.
 * @returns Pieces that alias the datasets' own arrays.
 * @throws {ArgumentError} as {@link encodeHdf5} does.
 *
 * @example
 * ```ts
 * import { h5Dataset, h5Group, writeHdf5 } from "@keras/io-keras";
 * import { NDArray } from "keras";
 * const kernel = h5Dataset(new NDArray(Float32Array.of(1, 2, 3, 4), [2, 2], "float32"));
 * const parts = await writeHdf5(h5Group({ kernel }, { created_by: "me" }));
 * console.log(parts.length > 0); // true
 * ```
 */
export async function writeHdf5(root: H5Group): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for await (const part of encodeHdf5(root).parts()) parts.push(part);
  return parts;
}

const join = (path: string, name: string): string => (path === "" ? name : `${path}/${name}`);

/** Calls `visit` for every node, children before their parent, and checks names. */
function walk(node: H5Node, path: string, visit: (node: H5Node, path: string) => void, depth = 0): void {
  if (depth > MAX_DEPTH)
    throw new ArgumentError(`groups nest more than ${MAX_DEPTH} deep at '${path.slice(0, 60)}…': is there a cycle?`);
  if (node.kind === "group") {
    for (const [name, child] of node.children) {
      if (name === "" || name === "." || name.includes("/") || name.includes("\0")) {
        throw new ArgumentError(
          `'${name}' in '${path}' cannot be the name of a group or dataset: use names without '/'`,
        );
      }
      walk(child, join(path, name), visit, depth + 1);
    }
  }
  visit(node, path);
}

/** Gives every dataset its place and returns the end of the data. */
function placeData(root: H5Group, datasets: PlacedDataset[]): number {
  let position = SUPERBLOCK;
  walk(root, "", (node, path) => {
    if (node.kind !== "dataset") return;
    const type = encodeType(node.dtype);
    if (!type) {
      const advice = node.dtype === "string" ? "store text as an attribute" : "pack it into int8 first";
      throw new ArgumentError(`dataset '${path}' has dtype ${node.dtype}, which HDF5 files do not hold: ${advice}`);
    }
    const bytes = node.shape.reduce((n, size) => n * size, itemBytes(node.dtype));
    if (!Number.isSafeInteger(bytes) || bytes < 0) {
      throw new ArgumentError(`dataset '${path}' has shape [${node.shape.join(", ")}], which is not one`);
    }
    const address = bytes === 0 ? null : position + padding(position, ALIGNMENT);
    datasets.push({ path, dataset: node, type, address, bytes });
    if (address !== null) position = address + bytes;
  });
  return position;
}

function attributeMessages(node: H5Node, path: string, heap: GlobalHeapBuilder): Uint8Array[] {
  const attrs = new Map<string, H5Attribute>(node.attrs);
  if (node.kind === "dataset" && isStoredOpaque(node.dtype)) attrs.set("dtype", node.dtype);
  return Array.from(attrs, ([name, value]) => attributeMessage(name, value, heap, path));
}

async function readData({ dataset, path, bytes }: PlacedDataset): Promise<Uint8Array> {
  const { values, shape, dtype } = await dataset.read();
  const same = dtype === dataset.dtype && shape.join() === dataset.shape.join();
  if (!same || Array.isArray(values) || values.byteLength !== bytes) {
    throw new StateError(
      `dataset '${path}' was announced as ${dataset.dtype} [${dataset.shape.join(", ")}] but read as ${dtype} [${shape.join(", ")}]`,
    );
  }
  // Typed arrays are little-endian on every platform that runs JavaScript engines of today, as the file is.
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function buildSuperblock(end: number, root: number): Uint8Array {
  const block = new ByteBuilder().bytes(SIGNATURE).u8(2, 8, 8, 0).u64(0).u64(null).u64(end).u64(root);
  return block.u32(lookup3(block.build())).build();
}

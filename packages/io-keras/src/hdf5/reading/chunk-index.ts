import { FormatError } from "@keras/ops";
import type { Cursor } from "../../bytes/cursor.ts";
import { readBTree2 } from "./btree2.ts";
import type { H5File } from "./file.ts";
import type { ChunkIndex } from "./layout.ts";

/** One chunk as it lies in the file. */
export interface StoredChunk {
  /** Its place in the grid of chunks. */
  readonly place: readonly number[];
  readonly address: number;
  /** Bytes in the file. */
  readonly size: number;
  /** Bit i: filter i was left out. */
  readonly mask: number;
}

/** The dataset whose chunks are looked for. */
export interface Grid {
  /** Chunks along each dimension. */
  readonly counts: readonly number[];
  /** Chunks along each dimension when the dataset has grown as far as it may: what arrays of chunks are made for. */
  readonly maxCounts: readonly number[];
  /** Elements of a chunk along each dimension. */
  readonly chunk: readonly number[];
  /** Bytes of a chunk without filters. */
  readonly bytes: number;
  readonly filtered: boolean;
  readonly what: string;
}

/**
 * All stored chunks of a dataset, each once; the others hold the fill value.
 *
 * @throws {FormatError} when the index is damaged.
 */
export async function readChunks(file: H5File, index: ChunkIndex, grid: Grid): Promise<StoredChunk[]> {
  if (index.address === null) return [];
  const found = await listChunks(file, index, grid);
  const seen = new Set<string>();
  return found.filter(({ place }) => {
    if (place.some((at, axis) => at >= grid.counts[axis]!)) return false; // left behind when the dataset shrank
    const key = place.join();
    if (seen.has(key)) throw new FormatError(`${grid.what} is damaged: it has two chunks at [${key}]`);
    seen.add(key);
    return true;
  });
}

async function listChunks(file: H5File, index: ChunkIndex, grid: Grid): Promise<StoredChunk[]> {
  const address = index.address!;
  switch (index.kind) {
    case "single":
      return [{ place: grid.counts.map(() => 0), address, size: index.size ?? grid.bytes, mask: index.mask }];
    case "implicit": {
      const count = grid.maxCounts.reduce((n, c) => n * c, 1);
      if (count * grid.bytes > file.source.size)
        throw new FormatError(`${grid.what} is truncated or damaged: chunks are missing`);
      return Array.from({ length: count }, (_, i) => ({
        place: placeOf(i, grid.maxCounts),
        address: address + i * grid.bytes,
        size: grid.bytes,
        mask: 0,
      }));
    }
    case "tree":
      return readChunkTree(file, address, grid);
    case "btree2": {
      const records = await readBTree2(file, address, grid.filtered ? 11 : 10, grid.what);
      return records.flatMap((record) => {
        const rank = grid.counts.length;
        const entry = readEntry(record, grid, record.bytes.length - 8 * rank);
        const place = Array.from({ length: rank }, () => record.u64());
        return entry ? [{ ...entry, place }] : [];
      });
    }
    case "fixedArray":
      return readFixedArray(file, address, grid);
  }
}

/** The place of the i-th chunk, the last dimension fastest. */
function placeOf(i: number, counts: readonly number[]): number[] {
  const place: number[] = [];
  let rest = i;
  for (const count of counts.toReversed()) {
    place.unshift(rest % count);
    rest = Math.floor(rest / count);
  }
  return place;
}

/** Address, size and mask of a chunk, in `width` bytes; null when the chunk is not stored. */
function readEntry(cursor: Cursor, grid: Grid, width: number): Omit<StoredChunk, "place"> | null {
  const address = cursor.address();
  const size = grid.filtered ? cursor.uint(width - 12) : grid.bytes;
  const mask = grid.filtered ? cursor.u32() : 0;
  return address === null ? null : { address, size, mask };
}

/** Source: HDF5 file format specification 3.0, III.A.1 "Version 1 B-trees", node type 1. */
async function readChunkTree(file: H5File, root: number, grid: Grid): Promise<StoredChunk[]> {
  const chunks: StoredChunk[] = [];
  const { chunk, what } = grid;
  const keyBytes = 8 + 8 * (chunk.length + 1);
  const visit = async (address: number | null, parentLevel: number): Promise<void> => {
    const node = await file.block(address, 24, `the chunk index of ${what}`);
    node.signature("TREE");
    const kind = node.u8();
    const level = node.u8();
    const count = node.u16();
    if (kind !== 1 || level >= parentLevel)
      throw new FormatError(`the chunk index of ${what} is damaged: it is not a tree of chunks`);
    const entries = await file.block(address! + 24, count * (keyBytes + 8), node.what);
    for (let i = 0; i < count; i++) {
      const size = entries.u32();
      const mask = entries.u32();
      const offset = chunk.map(() => entries.u64());
      entries.skip(8); // the element's own dimension
      const child = entries.address();
      if (level > 0) await visit(child, level);
      else if (child !== null) {
        const place = offset.map((at, axis) => at / chunk[axis]!);
        if (!place.every(Number.isInteger))
          throw new FormatError(`${node.what} is damaged: a chunk lies between two places`);
        chunks.push({ place, address: child, size, mask });
      }
    }
  };
  await visit(root, 256);
  return chunks;
}

/** Source: HDF5 file format specification 3.0, VII.C "Fixed Array Index". */
async function readFixedArray(file: H5File, address: number, grid: Grid): Promise<StoredChunk[]> {
  const what = `the chunk index of ${grid.what}`;
  const head = await file.checkedBlock(address, 28, what);
  head.signature("FAHD");
  head.skip(2); // version; whether chunks are filtered
  const width = head.u8();
  const pageBits = head.u8();
  const count = head.u64();
  const block = head.address();
  if (block === null) return [];
  if (width < (grid.filtered ? 13 : 8) || count * width > file.source.size)
    throw new FormatError(`${what} is damaged: its sizes are wrong`);
  const prefix = 14;
  const pageSize = 2 ** pageBits;
  const chunks: StoredChunk[] = [];
  const take = (cursor: Cursor, first: number, entries: number): void => {
    for (let i = first; i < first + entries; i++) {
      const entry = readEntry(cursor, grid, width);
      if (entry) chunks.push({ ...entry, place: placeOf(i, grid.maxCounts) });
    }
  };
  if (count <= pageSize) {
    const data = await file.checkedBlock(block, prefix + count * width + 4, what);
    data.signature("FADB");
    data.skip(prefix - 4);
    take(data, 0, count);
    return chunks;
  }
  const pages = Math.ceil(count / pageSize);
  const bitmapBytes = Math.ceil(pages / 8);
  const data = await file.checkedBlock(block, prefix + bitmapBytes + 4, what);
  data.signature("FADB");
  data.skip(prefix - 4);
  const bitmap = data.take(bitmapBytes);
  for (let page = 0; page < pages; page++) {
    if (((bitmap[page >> 3]! << (page & 7)) & 0x80) === 0) continue; // never written
    const entries = Math.min(pageSize, count - page * pageSize);
    const at = block + prefix + bitmapBytes + 4 + page * (pageSize * width + 4);
    take(await file.checkedBlock(at, entries * width + 4, what), page * pageSize, entries);
  }
  return chunks;
}

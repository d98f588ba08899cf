import { FormatError } from "@keras/ops";
import type { Cursor } from "../../bytes/cursor.ts";

/** How chunks are found, by the structure that lists them. */
export type ChunkIndex =
  | { readonly kind: "tree" | "btree2" | "fixedArray"; readonly address: number | null }
  | { readonly kind: "implicit"; readonly address: number | null }
  /** One chunk holds all; `size` is null unless it is filtered. */
  | { readonly kind: "single"; readonly address: number | null; readonly size: number | null; readonly mask: number };

/** Where the data of a dataset lie. */
export type Layout =
  | { readonly kind: "compact"; readonly bytes: Uint8Array }
  | { readonly kind: "contiguous"; readonly address: number | null; readonly size: number }
  | { readonly kind: "chunked"; readonly chunk: readonly number[]; readonly index: ChunkIndex };

/**
 * Reads a data layout message, version 3 (HDF5 1.6), 4 (1.10) or 5 (2.0, which widened sizes in the indexes of chunks).
 *
 * @throws {FormatError} for virtual datasets, extensible arrays of chunks, and other versions.
 */
export function decodeLayout(cursor: Cursor): Layout {
  const { what } = cursor;
  const version = cursor.u8();
  if (version < 3 || version > 5)
    throw new FormatError(`${what} has a data layout of version ${version}: 3 to 5 are supported`);
  const kind = cursor.u8();
  switch (kind) {
    case 0:
      return { kind: "compact", bytes: cursor.take(cursor.u16()) };
    case 1:
      return { kind: "contiguous", address: cursor.address(), size: cursor.u64() };
    case 2:
      return version === 3 ? oldChunks(cursor) : newChunks(cursor);
    case 3:
      throw new FormatError(
        `${what} is a virtual dataset, which is refused: only what lies in the file itself is read`,
      );
    default:
      throw new FormatError(`${what} has an unknown data layout (${kind})`);
  }
}

/** Checks chunk sizes, the last of which is that of an element. */
function chunkShape(sizes: readonly number[], what: string): number[] {
  if (sizes.length < 2 || sizes.includes(0))
    throw new FormatError(`${what} is damaged: chunks of [${sizes.join(", ")}]`);
  return sizes.slice(0, -1);
}

function oldChunks(cursor: Cursor): Layout {
  const rank = cursor.u8();
  const address = cursor.address();
  const sizes = Array.from({ length: rank }, () => cursor.u32());
  return { kind: "chunked", chunk: chunkShape(sizes, cursor.what), index: { kind: "tree", address } };
}

function newChunks(cursor: Cursor): Layout {
  const { what } = cursor;
  const flags = cursor.u8();
  if (flags & 1) throw new FormatError(`${what} leaves partial chunks unfiltered, which is not supported`);
  const rank = cursor.u8();
  const width = cursor.u8();
  if (width > 8) throw new FormatError(`${what} is damaged: sizes of ${width} bytes`);
  const chunk = chunkShape(
    Array.from({ length: rank }, () => cursor.uint(width)),
    what,
  );
  const kind = cursor.u8();
  switch (kind) {
    case 1: {
      const filtered = (flags & 2) !== 0;
      const size = filtered ? cursor.u64() : null;
      const mask = filtered ? cursor.u32() : 0;
      return { kind: "chunked", chunk, index: { kind: "single", address: cursor.address(), size, mask } };
    }
    case 2:
      return { kind: "chunked", chunk, index: { kind: "implicit", address: cursor.address() } };
    case 3:
      cursor.skip(1); // page size, which the array itself repeats
      return { kind: "chunked", chunk, index: { kind: "fixedArray", address: cursor.address() } };
    case 5:
      cursor.skip(6); // sizes of nodes, which the tree itself repeats
      return { kind: "chunked", chunk, index: { kind: "btree2", address: cursor.address() } };
    case 4:
      throw new FormatError(
        `${what} lists its chunks in an extensible array, which is not supported: write it without maxshape, or with libver='earliest'`,
      );
    default:
      throw new FormatError(`${what} lists its chunks in an unknown way (${kind})`);
  }
}

import { FormatError } from "@keras/ops";
import { ByteBuilder } from "../../bytes/builder.ts";
import type { Cursor } from "../../bytes/cursor.ts";

const MAX_RANK = 32; // HDF5's own limit

/** A dataspace message (version 2). */
export function encodeSpace(shape: readonly number[]): Uint8Array {
  const builder = new ByteBuilder().u8(2, shape.length, 0, shape.length === 0 ? 0 : 1);
  for (const size of shape) builder.u64(size);
  return builder.build();
}

/** A shape, and the one to which a dataset may grow along its limited dimensions. */
export interface Space {
  readonly shape: readonly number[];
  readonly maxShape: readonly number[];
}

/**
 * Reads a dataspace message. HDF5's empty space, which has no elements and no shape, becomes `[0]`.
 *
 * @throws {FormatError} when the shape cannot be one.
 */
export function decodeSpace(cursor: Cursor): Space {
  const version = cursor.u8();
  const rank = cursor.u8();
  const flags = cursor.u8();
  if (version !== 1 && version !== 2)
    throw new FormatError(`${cursor.what} has a dataspace of version ${version}, which is not supported`);
  if (rank > MAX_RANK) throw new FormatError(`${cursor.what} is damaged: ${rank} dimensions`);
  if (version === 1) cursor.skip(5);
  else if (cursor.u8() === 2) return { shape: [0], maxShape: [0] };
  const shape = Array.from({ length: rank }, () => cursor.u64());
  const maxShape = flags & 1 ? shape.map((size) => cursor.address() ?? size) : shape;
  elementCount(shape, cursor.what);
  return { shape, maxShape };
}

/** Product of a shape from a file and the bytes of its elements. @throws {FormatError} when it is absurd. */
export function elementCount(shape: readonly number[], what: string, bytes = 1): number {
  if (shape.includes(0)) return 0;
  const count = shape.reduce((n, size) => n * size, bytes);
  if (!Number.isSafeInteger(count)) throw new FormatError(`${what} is damaged: a shape of [${shape.join(", ")}]`);
  return count;
}

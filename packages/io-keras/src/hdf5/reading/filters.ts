import { FormatError } from "@keras/ops";
import type { Cursor } from "../../bytes/cursor.ts";
import { inflate } from "../../bytes/inflate.ts";
import { fletcher32 } from "../format/checksum.ts";

const DEFLATE = 1;
const SHUFFLE = 2;
const FLETCHER32 = 3;

/** Names of filters that are known but not supported, for errors. */
const OTHERS: Readonly<Record<number, string>> = {
  4: "szip",
  5: "nbit",
  6: "scaleoffset",
  32000: "lzf",
  32001: "blosc",
  32004: "lz4",
  32008: "bitshuffle",
  32015: "zstd",
  32026: "blosc2",
};

/**
 * Reads a filter pipeline message.
 *
 * @returns The filters' numbers, in the order in which they were applied when writing.
 * @throws {FormatError} for a filter other than deflate (gzip), shuffle and fletcher32.
 */
export function decodeFilters(cursor: Cursor): number[] {
  const version = cursor.u8();
  const count = cursor.u8();
  if (version !== 1 && version !== 2)
    throw new FormatError(`${cursor.what} has filters of version ${version}: 1 and 2 are supported`);
  if (version === 1) cursor.skip(6);
  return Array.from({ length: count }, () => {
    const id = cursor.u16();
    const named = version === 1 || id >= 256;
    const nameBytes = named ? cursor.u16() : 0;
    cursor.skip(2); // whether the filter was optional
    const parameters = cursor.u16();
    cursor.skip(nameBytes);
    if (version === 1 && nameBytes % 8 > 0) cursor.skip(8 - (nameBytes % 8));
    cursor.skip(parameters * 4 + (version === 1 && parameters % 2 === 1 ? 4 : 0));
    if (id < DEFLATE || id > FLETCHER32) {
      throw new FormatError(
        `${cursor.what} is compressed with ${OTHERS[id] ?? `filter ${id}`}, which is not supported: use gzip, shuffle, fletcher32 or none`,
      );
    }
    return id;
  });
}

/**
 * Undoes the filters of one chunk.
 *
 * @param filters As {@link decodeFilters} gives them.
 * @param mask Bit i: filter i was left out for this chunk.
 * @param size Bytes of the chunk without filters.
 * @param width Bytes of an element.
 */
export async function unfilter(
  stored: Uint8Array,
  filters: readonly number[],
  mask: number,
  size: number,
  width: number,
  what: string,
): Promise<Uint8Array> {
  const applied = filters.filter((_, i) => ((mask >>> i) & 1) === 0);
  let bytes = stored;
  for (const [i, id] of [...applied.entries()].toReversed()) {
    // A checksum below this filter adds its four bytes.
    const below = size + 4 * applied.slice(0, i).filter((other) => other === FLETCHER32).length;
    if (id === DEFLATE) bytes = await inflate(bytes, below, what);
    else if (id === SHUFFLE) bytes = unshuffle(bytes, width);
    else bytes = verified(bytes, what);
  }
  if (bytes.length < size)
    throw new FormatError(`${what} is truncated or damaged: a chunk has ${bytes.length} bytes, not ${size}`);
  return bytes.subarray(0, size);
}

/** Bytes were grouped by their place in the element: first all lowest ones, and so on. */
function unshuffle(bytes: Uint8Array, width: number): Uint8Array {
  const count = Math.floor(bytes.length / width);
  const out = new Uint8Array(bytes.length);
  for (let place = 0; place < width; place++) {
    for (let i = 0; i < count; i++) out[i * width + place] = bytes[place * count + i]!;
  }
  out.set(bytes.subarray(count * width), count * width);
  return out;
}

function verified(bytes: Uint8Array, what: string): Uint8Array {
  const end = bytes.length - 4;
  if (end < 0) throw new FormatError(`${what} is truncated or damaged: a chunk has no checksum`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = bytes.subarray(0, end);
  if (fletcher32(data) !== view.getUint32(end, true))
    throw new FormatError(`${what} is damaged: the checksum of a chunk is wrong`);
  return data;
}

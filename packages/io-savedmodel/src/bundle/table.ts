import { ByteList } from "./byte-list.ts";
import { crc32c, maskedCrc } from "./crc32c.ts";

/*
 * LevelDB's sorted table (https://github.com/google/leveldb/blob/main/doc/table_format.md), without compression: blocks of entries whose
 * keys leave out what they share with the key before, then a block that points to the others, and a footer.
 */

/** A key and its value. */
export type Entry = readonly [key: Uint8Array, value: Uint8Array];

const BLOCK_BYTES = 4096;
const MAGIC = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];
const FOOTER_BYTES = 48;

/** Entries of one block. Every `interval` entries a key is written whole, for search. */
function block(entries: readonly Entry[], interval: number): Uint8Array {
  const out = new ByteList();
  const restarts: number[] = [];
  let previous: Uint8Array = new Uint8Array();
  entries.forEach(([key, value], i) => {
    let shared = 0;
    if (i % interval === 0) restarts.push(out.length);
    else while (shared < previous.length && shared < key.length && previous[shared] === key[shared]) shared++;
    out.varint(shared);
    out.varint(key.length - shared);
    out.varint(value.length);
    out.append(key.subarray(shared));
    out.append(value);
    previous = key;
  });
  if (restarts.length === 0) restarts.push(0);
  for (const restart of restarts) out.uint32(restart);
  out.uint32(restarts.length);
  return out.finish();
}

/** A table of entries in ascending order of their keys. */
export function sortedTable(entries: readonly Entry[]): Uint8Array<ArrayBuffer> {
  const file = new ByteList();
  /** Appends a block; gives its place, as it is written in other blocks. */
  const place = (data: Uint8Array): Uint8Array => {
    const handle = new ByteList();
    handle.varint(file.length);
    handle.varint(data.length);
    const type = [0];
    file.append(data);
    file.append(type);
    file.uint32(maskedCrc(crc32c(Uint8Array.from(type), crc32c(data))));
    return handle.finish();
  };
  const index: Entry[] = [];
  let pending: Entry[] = [];
  let bytes = 0;
  const flush = (): void => {
    if (pending.length > 0) index.push([pending.at(-1)![0], place(block(pending, 16))]);
    pending = [];
    bytes = 0;
  };
  for (const entry of entries) {
    pending.push(entry);
    bytes += entry[0].length + entry[1].length;
    if (bytes > BLOCK_BYTES) flush();
  }
  flush();
  const footer = new ByteList();
  footer.append(place(block([], 16)));
  footer.append(place(block(index, 1)));
  footer.append(new Uint8Array(FOOTER_BYTES - MAGIC.length - footer.length));
  footer.append(MAGIC);
  file.append(footer.finish());
  return file.finish();
}

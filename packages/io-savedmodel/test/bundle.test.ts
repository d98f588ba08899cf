import { expect, test } from "vitest";
import { writeBundle } from "../src/bundle/bundle.ts";
import { crc32c, maskedCrc } from "../src/bundle/crc32c.ts";
import { sortedTable, type Entry } from "../src/bundle/table.ts";

const text = new TextEncoder();

test("checksums are those of RFC 3720, in one go or in parts", () => {
  expect(crc32c(text.encode("123456789"))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i * 7);
  expect(crc32c(bytes.subarray(333), crc32c(bytes.subarray(0, 333)))).toBe(crc32c(bytes));
  expect(maskedCrc(0)).toBe(0xa282ead8);
});

/** Reads a varint; gives it and the place behind it. */
function varint(bytes: Uint8Array, at: number): [number, number] {
  let [value, scale, i] = [0, 1, at];
  for (; bytes[i]! >= 128; i++) {
    value += (bytes[i]! & 127) * scale;
    scale *= 128;
  }
  return [value + bytes[i]! * scale, i + 1];
}

/** Entries of a block, with its checksum checked. */
function entriesOf(file: Uint8Array, start: number, size: number): [string, Uint8Array][] {
  const block = file.subarray(start, start + size);
  const view = new DataView(file.buffer, file.byteOffset);
  expect(view.getUint32(start + size + 1, true)).toBe(maskedCrc(crc32c(file.subarray(start, start + size + 1))));
  const restarts = new DataView(block.buffer, block.byteOffset).getUint32(size - 4, true);
  const end = size - 4 * (restarts + 1);
  const entries: [string, Uint8Array][] = [];
  let key = "";
  for (let at = 0; at < end;) {
    let [shared, own, length] = [0, 0, 0];
    [shared, at] = varint(block, at);
    [own, at] = varint(block, at);
    [length, at] = varint(block, at);
    key = key.slice(0, shared) + new TextDecoder().decode(block.subarray(at, at + own));
    entries.push([key, block.subarray(at + own, at + own + length)]);
    at += own + length;
  }
  return entries;
}

test("a table of many blocks finds every key through its index", () => {
  const keys = Array.from(
    { length: 900 },
    (_, i) => `variables/${String(i).padStart(4, "0")}/.ATTRIBUTES/VARIABLE_VALUE`,
  );
  const table = sortedTable(keys.map((key, i): Entry => [text.encode(key), text.encode(`value ${i}`)]));
  const footer = table.subarray(-48);
  let at = varint(footer, 0)[1];
  at = varint(footer, at)[1];
  const [start, next] = varint(footer, at);
  const [size] = varint(footer, next);
  const blocks = entriesOf(table, start, size);
  expect(blocks.length).toBeGreaterThan(5);
  const found = blocks.flatMap(([last, handle]) => {
    const [offset, i] = varint(handle, 0);
    const entries = entriesOf(table, offset, varint(handle, i)[0]);
    expect(entries.at(-1)![0]).toBe(last);
    return entries;
  });
  expect(found.map(([key]) => key)).toEqual(keys);
  expect(new TextDecoder().decode(found[417]![1])).toBe("value 417");
});

test("tensors lie one behind the other in the order of their keys", () => {
  const tensor = (key: string, bytes: number[]): Parameters<typeof writeBundle>[0][number] => ({
    key,
    dtype: 4,
    shape: { dim: [{ size: bytes.length }] },
    bytes: Uint8Array.from(bytes),
  });
  const { data } = writeBundle([tensor("b", [4, 5]), tensor("a", [1, 2, 3])]);
  expect([...data]).toEqual([1, 2, 3, 4, 5]);
});

import { FormatError } from "@keras/ops";
import { Cursor } from "../../bytes/cursor.ts";
import type { H5File } from "./file.ts";

/** What the levels of a tree hold, from the leaves (0) up. */
interface Level {
  /** Most records that a node has. */
  readonly records: number;
  /** Most records that a node and all below it have. */
  readonly total: number;
}

/**
 * All records of a version 2 B-tree.
 *
 * Source: HDF5 file format specification 3.0, III.A.2 "Version 2 B-trees".
 *
 * @param type The kind of records expected.
 */
export async function readBTree2(
  file: H5File,
  address: number | null,
  type: number | readonly number[],
  of: string,
): Promise<Cursor[]> {
  const what = `an index of ${of}`;
  const head = await file.checkedBlock(address, 38, what);
  head.signature("BTHD");
  head.skip(1);
  const found = head.u8();
  if (![type].flat().includes(found))
    throw new FormatError(`${what} is damaged: records of type ${found}, not ${type}`);
  const nodeSize = head.u32();
  const recordSize = head.u16();
  const depth = head.u16();
  head.skip(2);
  const root = head.address();
  const count = head.u16();
  if (recordSize === 0 || nodeSize < 10 + recordSize || depth > 32)
    throw new FormatError(`${what} is damaged: its sizes are wrong`);
  if (root === null) return [];

  const levels: Level[] = [];
  for (let level = 0; level <= depth; level++) {
    const below = levels[level - 1];
    const pointer = below ? pointerSize(levels, level) : 0;
    const records = Math.floor((nodeSize - 10 - pointer) / (recordSize + pointer));
    levels.push({ records, total: below ? (records + 1) * below.total + records : records });
  }

  const result: Cursor[] = [];
  const visit = async (at: number | null, level: number, records: number): Promise<void> => {
    const pointer = level > 0 ? pointerSize(levels, level) : 0;
    const length = 6 + records * recordSize + (level > 0 ? (records + 1) * pointer : 0) + 4;
    if (length > nodeSize) throw new FormatError(`${what} is damaged: a node is too full`);
    const node = await file.checkedBlock(at, length, what);
    node.signature(level > 0 ? "BTIN" : "BTLF");
    node.skip(2);
    for (let i = 0; i < records; i++) result.push(new Cursor(node.take(recordSize), what));
    if (level === 0) return;
    for (let i = 0; i <= records; i++) {
      const child = node.address();
      const childRecords = node.uint(bytesFor(levels[0]!.records));
      if (level > 1) node.skip(bytesFor(levels[level - 1]!.total));
      await visit(child, level - 1, childRecords);
    }
  };
  await visit(root, depth, count);
  return result;
}

/** Bytes of a pointer to a child in a node of `level`: address, its records, and the records below it unless it is a leaf. */
function pointerSize(levels: readonly Level[], level: number): number {
  const below = levels[level - 1]!;
  return 8 + bytesFor(levels[0]!.records) + (level > 1 ? bytesFor(below.total) : 0);
}

function bytesFor(max: number): number {
  return Math.floor(Math.log2(Math.max(max, 1)) / 8) + 1;
}

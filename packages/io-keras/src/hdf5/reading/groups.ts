import { FormatError } from "@keras/ops";
import { Cursor } from "../../bytes/cursor.ts";
import { readBTree2 } from "./btree2.ts";
import type { H5File } from "./file.ts";
import { FractalHeap } from "./fractal-heap.ts";
import { MESSAGE } from "../format/messages.ts";
import { findMessage, type HeaderMessage } from "./object-header.ts";

/** Addresses of a group's children, by name. */
export type Links = Map<string, number | null>;

/** Record type of an index of links by name. */
const BY_NAME = 5;

/** Whether an object header is that of a group. */
export function isGroup(messages: readonly HeaderMessage[]): boolean {
  return messages.some(
    ({ type }) => type === MESSAGE.symbolTable || type === MESSAGE.linkInfo || type === MESSAGE.link,
  );
}

/**
 * The links of a group, in each of the forms that HDF5 has: a symbol table, messages, or a heap with an index.
 *
 * @throws {FormatError} for soft and external links, which could lead out of the file.
 */
export async function readLinks(file: H5File, messages: readonly HeaderMessage[], what: string): Promise<Links> {
  const links: Links = new Map();
  const add = (name: string, address: number | null): void => {
    if (name === "" || name.includes("/"))
      throw new FormatError(`${what} is damaged: a child is named ${JSON.stringify(name)}`);
    if (links.has(name)) throw new FormatError(`${what} is damaged: it has two children named ${JSON.stringify(name)}`);
    links.set(name, address);
  };
  for (const { type, body } of messages) {
    if (type === MESSAGE.link) addLink(new Cursor(body, what), add);
  }
  const info = findMessage(messages, MESSAGE.linkInfo, what);
  if (info) {
    info.skip(1);
    if (info.u8() & 1) info.skip(8); // creation order
    const heapAddress = info.address();
    const index = info.address();
    if (heapAddress !== null) {
      const heap = await FractalHeap.open(file, heapAddress, what);
      for (const record of await readBTree2(file, index, BY_NAME, what)) {
        record.skip(4); // hash of the name
        addLink(new Cursor(await heap.object(record.take(record.left)), what), add);
      }
    }
  }
  const table = findMessage(messages, MESSAGE.symbolTable, what);
  if (table) await readSymbolTable(file, table.address(), table.address(), what, add);
  return links;
}

type AddLink = (name: string, address: number | null) => void;

function addLink(cursor: Cursor, add: AddLink): void {
  if (cursor.u8() !== 1) throw new FormatError(`${cursor.what} is damaged: a link has an unknown version`);
  const flags = cursor.u8();
  const kind = flags & 8 ? cursor.u8() : 0;
  if (flags & 4) cursor.skip(8); // creation order
  if (flags & 16) cursor.skip(1); // character set
  const name = cursor.text(cursor.uint(1 << (flags & 3)));
  if (kind !== 0)
    refuseLink(
      cursor.what,
      name,
      kind === 1 ? "a soft link" : kind === 64 ? "an external link" : "a user-defined link",
    );
  add(name, cursor.address());
}

function refuseLink(what: string, name: string, kind: string): never {
  throw new FormatError(`${what} has ${kind} '${name}', which is refused: only what lies in the file itself is read`);
}

/** Source: HDF5 file format specification 3.0, III.A.1 "Version 1 B-trees", III.B, III.D. */
async function readSymbolTable(
  file: H5File,
  tree: number | null,
  heap: number | null,
  what: string,
  add: AddLink,
): Promise<void> {
  const head = await file.block(heap, 32, what);
  head.signature("HEAP");
  head.skip(4);
  const size = head.u64();
  head.skip(8);
  const names = await file.block(head.address(), size, what);

  const visitLeaf = async (address: number | null): Promise<void> => {
    const node = await file.block(address, 8, what);
    node.signature("SNOD");
    node.skip(2);
    const count = node.u16();
    const entries = await file.block(address! + 8, count * 40, what);
    for (let i = 0; i < count; i++) {
      entries.at = i * 40;
      names.at = 0;
      names.skip(entries.u64());
      const name = names.cString();
      const object = entries.address();
      if (entries.u32() === 2) refuseLink(what, name, "a soft link");
      add(name, object);
    }
  };
  const visit = async (address: number | null, parentLevel: number): Promise<void> => {
    const node = await file.block(address, 24, what);
    node.signature("TREE");
    const kind = node.u8();
    const level = node.u8();
    const count = node.u16();
    if (kind !== 0 || level >= parentLevel)
      throw new FormatError(`${what} is damaged: its index is not a tree of groups`);
    const entries = await file.block(address! + 24, 8 + count * 16, what);
    for (let i = 0; i < count; i++) {
      entries.skip(8); // key
      const child = entries.address();
      await (level === 0 ? visitLeaf(child) : visit(child, level));
    }
  };
  await visit(tree, 256);
}

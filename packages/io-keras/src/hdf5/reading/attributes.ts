import { FormatError } from "@keras/ops";
import { Cursor } from "../../bytes/cursor.ts";
import { readBTree2 } from "./btree2.ts";
import { decodeSpace } from "../format/dataspace.ts";
import { decodeType } from "../format/datatype.ts";
import { decodeElements } from "./elements.ts";
import type { H5File } from "./file.ts";
import { FractalHeap } from "./fractal-heap.ts";
import { MESSAGE } from "../format/messages.ts";
import { findMessage, type HeaderMessage } from "./object-header.ts";
import type { H5Attribute } from "../types.ts";

/** Record type of an index of attributes by name. */
const BY_NAME = 8;

/** The attributes of an object, from its header or from a heap. */
export async function readAttributes(
  file: H5File,
  messages: readonly HeaderMessage[],
  path: string,
): Promise<Map<string, H5Attribute>> {
  const attrs = new Map<string, H5Attribute>();
  const add = async (body: Uint8Array, shared: boolean): Promise<void> => {
    if (shared) throw new FormatError(`${path} has an attribute in a table of shared messages, which is not supported`);
    const [name, value] = await readAttribute(file, new Cursor(body, `an attribute of ${path}`), path);
    attrs.set(name, value);
  };
  for (const { type, body, shared } of messages) {
    if (type === MESSAGE.attribute) await add(body, shared);
  }
  const info = findMessage(messages, MESSAGE.attributeInfo, path);
  if (info) {
    info.skip(1);
    if (info.u8() & 1) info.skip(2); // creation order
    const heapAddress = info.address();
    const index = info.address();
    if (heapAddress !== null) {
      const what = `the attributes of ${path}`;
      const heap = await FractalHeap.open(file, heapAddress, what);
      for (const record of await readBTree2(file, index, BY_NAME, what)) {
        const id = record.take(8);
        await add(await heap.object(id), (record.u8() & 2) !== 0);
      }
    }
  }
  return attrs;
}

async function readAttribute(file: H5File, cursor: Cursor, path: string): Promise<[string, H5Attribute]> {
  const version = cursor.u8();
  if (version < 1 || version > 3)
    throw new FormatError(`${cursor.what} has version ${version}: versions 1 to 3 are supported`);
  const flags = cursor.u8();
  if (version > 1 && flags & 3)
    throw new FormatError(`${cursor.what} uses a committed datatype, which is not supported`);
  const sizes = [cursor.u16(), cursor.u16(), cursor.u16()];
  if (version === 3) cursor.skip(1); // character set of the name
  const [name, type, space] = sizes.map((size) => {
    const part = cursor.take(size);
    if (version === 1) cursor.skip((8 - (size % 8)) % 8);
    return part;
  }) as [Uint8Array, Uint8Array, Uint8Array];
  const title = new Cursor(name, cursor.what).text(name.length);
  const what = `attribute '${title}' of ${path}`;
  const elements = decodeType(new Cursor(type, what));
  const { shape } = decodeSpace(new Cursor(space, what));
  const array = await decodeElements(file, elements, shape, cursor.take(cursor.left), what);
  if (array.dtype !== "string" || shape.length > 1) return [title, array];
  const texts = array.values as string[];
  return [title, shape.length === 0 ? texts[0]! : texts];
}

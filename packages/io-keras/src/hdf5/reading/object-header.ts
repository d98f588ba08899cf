import { FormatError } from "@keras/ops";
import { Cursor } from "../../bytes/cursor.ts";
import type { H5File } from "./file.ts";
import { MESSAGE } from "../format/messages.ts";

/** One message of an object header. */
export interface HeaderMessage {
  readonly type: number;
  /** The body lies elsewhere: in a committed datatype or a table of shared messages. */
  readonly shared: boolean;
  readonly body: Uint8Array;
}

/**
 * All messages of an object header, version 1 or 2, its continuation blocks included.
 *
 * @param what The object, for errors: `'/layers'`.
 */
export async function readObjectHeader(file: H5File, address: number | null, what: string): Promise<HeaderMessage[]> {
  const place = `the object header of ${what}`;
  const head = await file.block(address, 8, place);
  if (head.u8() === 1) return readOld(file, address!, place);
  head.at = 0;
  return readNew(file, address!, head, place);
}

/** Reads the message bodies of one block, and notes the blocks that continue it. */
type BlockReader = (cursor: Cursor, messages: HeaderMessage[], next: Continuation[]) => void;

interface Continuation {
  readonly address: number | null;
  readonly length: number;
}

function keep(message: HeaderMessage, what: string, messages: HeaderMessage[], next: Continuation[]): void {
  if (message.type === MESSAGE.continuation) {
    const cursor = new Cursor(message.body, what);
    next.push({ address: cursor.address(), length: cursor.u64() });
  } else {
    messages.push(message);
  }
}

async function readOld(file: H5File, address: number, what: string): Promise<HeaderMessage[]> {
  const head = await file.block(address, 16, what);
  head.skip(8);
  const length = head.u32();
  const scan: BlockReader = (cursor, messages, next) => {
    while (cursor.left >= 8) {
      const type = cursor.u16();
      const size = cursor.u16();
      const flags = cursor.u8();
      cursor.skip(3);
      keep({ type, shared: (flags & 2) !== 0, body: cursor.take(size) }, what, messages, next);
    }
  };
  const messages: HeaderMessage[] = [];
  const next: Continuation[] = [{ address: address + 16, length }];
  for (const block of next) scan(await file.block(block.address, block.length, what), messages, next);
  return messages;
}

async function readNew(file: H5File, address: number, head: Cursor, what: string): Promise<HeaderMessage[]> {
  head.signature("OHDR");
  const version = head.u8();
  const flags = head.u8();
  if (version !== 2) throw new FormatError(`${what} has version ${version}: versions 1 and 2 are supported`);
  const prefix = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0); // times; attribute storage
  const lengthBytes = 1 << (flags & 3);
  const sized = await file.block(address, prefix + lengthBytes, what);
  sized.skip(prefix);
  const first = sized.uint(lengthBytes);
  const ordered = (flags & 4) !== 0;
  const scan: BlockReader = (cursor, messages, next) => {
    const frame = ordered ? 6 : 4;
    while (cursor.left >= frame) {
      const type = cursor.u8();
      const size = cursor.u16();
      const messageFlags = cursor.u8();
      if (ordered) cursor.skip(2);
      keep({ type, shared: (messageFlags & 2) !== 0, body: cursor.take(size) }, what, messages, next);
    }
  };
  const messages: HeaderMessage[] = [];
  const next: Continuation[] = [];
  const start = await file.checkedBlock(address, prefix + lengthBytes + first + 4, what);
  start.skip(prefix + lengthBytes);
  scan(start, messages, next);
  for (const { address: place, length } of next) {
    const block = await file.checkedBlock(place, length, what);
    block.signature("OCHK");
    scan(block, messages, next);
  }
  return messages;
}

/** The body of the first message of a type, or null. @throws {FormatError} when it lies elsewhere. */
export function findMessage(messages: readonly HeaderMessage[], type: number, what: string): Cursor | null {
  const message = messages.find((m) => m.type === type);
  if (!message) return null;
  if (message.shared)
    throw new FormatError(`${what} uses a committed datatype or a shared message, which is not supported`);
  return new Cursor(message.body, what);
}

import { ArgumentError, type NDArray } from "@keras/ops";
import { ByteBuilder } from "../../bytes/builder.ts";
import { lookup3 } from "../format/checksum.ts";
import { encodeSpace } from "../format/dataspace.ts";
import { encodeStringType, encodeType } from "../format/datatype.ts";
import type { GlobalHeapBuilder } from "./global-heap.ts";
import { MESSAGE } from "../format/messages.ts";
import type { H5Attribute } from "../types.ts";

const encoder = new TextEncoder();

/** An object header (version 2) that holds some messages in one block. */
export function buildObjectHeader(messages: readonly Uint8Array[]): Uint8Array {
  const size = messages.reduce((n, bytes) => n + bytes.length, 0);
  const header = new ByteBuilder().bytes(encoder.encode("OHDR")).u8(2, 2).u32(size); // flags: the size takes 4 bytes
  for (const bytes of messages) header.bytes(bytes);
  return header.u32(lookup3(header.build())).build();
}

function message(type: number, body: Uint8Array, flags = 0): Uint8Array {
  return new ByteBuilder().u8(type).u16(body.length).u8(flags).bytes(body).build();
}

/** What makes an object a dataset: its type, shape and where its data lie. */
export function datasetMessages(
  type: Uint8Array,
  shape: readonly number[],
  address: number | null,
  bytes: number,
): Uint8Array[] {
  const fill = Uint8Array.of(3, 0x0a); // allocate late, never write: nothing ever reads it
  const layout = new ByteBuilder().u8(3, 1).u64(address).u64(bytes).build(); // contiguous
  const constant = 1;
  return [
    message(MESSAGE.dataspace, encodeSpace(shape)),
    message(MESSAGE.datatype, type, constant),
    message(MESSAGE.fillValue, fill, constant),
    message(MESSAGE.layout, layout),
  ];
}

/** What makes an object a group: hard links to its children. */
export function groupMessages(links: Iterable<readonly [name: string, address: number]>): Uint8Array[] {
  const info = new ByteBuilder().u8(0, 0).u64(null).u64(null).build(); // no dense storage
  const messages = [message(MESSAGE.linkInfo, info), message(MESSAGE.groupInfo, Uint8Array.of(0, 0))];
  for (const [name, address] of links) {
    const bytes = encoder.encode(name);
    const wide = bytes.length > 255;
    const link = new ByteBuilder().u8(1, wide ? 0x11 : 0x10, 1); // the name is UTF-8, its length takes 1 or 2 bytes
    if (wide) link.u16(bytes.length);
    else link.u8(bytes.length);
    messages.push(message(MESSAGE.link, link.bytes(bytes).u64(address).build()));
  }
  return messages;
}

/**
 * An attribute. Text goes to the heap, so it may have any length; numbers lie in the header itself.
 *
 * @throws {ArgumentError} above 64 kB of numbers or about 4000 texts, or for a dtype that HDF5 does not have.
 */
export function attributeMessage(name: string, value: H5Attribute, heap: GlobalHeapBuilder, path: string): Uint8Array {
  const bytes = encoder.encode(`${name}\0`);
  const [type, space, data] = isNumeric(value) ? numbers(value, name, path) : texts(value, heap);
  const head = new ByteBuilder().u8(3, 0).u16(bytes.length).u16(type.length).u16(space.length).u8(1); // the name is UTF-8
  const body = head.bytes(bytes).bytes(type).bytes(space).bytes(data).build();
  if (body.length > 0xffff) {
    throw new ArgumentError(
      `attribute '${name}' of '${path}' takes ${body.length} bytes, more than the 65,535 that HDF5 allows: split it`,
    );
  }
  return message(MESSAGE.attribute, body);
}

function isNumeric(value: H5Attribute): value is NDArray {
  return typeof value === "object" && "dtype" in value;
}

function numbers(value: NDArray, name: string, path: string): [type: Uint8Array, space: Uint8Array, data: Uint8Array] {
  const type = encodeType(value.dtype);
  if (!type || Array.isArray(value.values)) {
    throw new ArgumentError(
      `attribute '${name}' of '${path}' has dtype ${value.dtype}, which HDF5 attributes do not hold`,
    );
  }
  const { buffer, byteOffset, byteLength } = value.values;
  return [type, encodeSpace(value.shape), new Uint8Array(buffer, byteOffset, byteLength)];
}

function texts(
  value: string | readonly string[],
  heap: GlobalHeapBuilder,
): [type: Uint8Array, space: Uint8Array, data: Uint8Array] {
  const list = typeof value === "string" ? [value] : value;
  const data = new ByteBuilder();
  for (const text of list) {
    const bytes = encoder.encode(text);
    const { address, index } = heap.add(bytes);
    data.u32(bytes.length).u64(address).u32(index);
  }
  return [encodeStringType(), encodeSpace(typeof value === "string" ? [] : [list.length]), data.build()];
}

import { FormatError, NDArray, allocateHost, isComplex, type DType, type HostArrays } from "@keras/ops";
import { Cursor } from "../../bytes/cursor.ts";
import { elementCount } from "../format/dataspace.ts";
import type { H5Type } from "../format/datatype.ts";
import type { H5File } from "./file.ts";

const decoder = new TextDecoder();

/**
 * Host data of elements as they lie in a file. The result owns its memory, or takes over that of `bytes` when nothing else
 * lies in it.
 */
export async function decodeElements(
  file: H5File,
  type: H5Type,
  shape: readonly number[],
  bytes: Uint8Array,
  what: string,
): Promise<NDArray> {
  const count = elementCount(shape, what);
  if (bytes.length < count * type.bytes) {
    throw new FormatError(`${what} is truncated or damaged: ${bytes.length} bytes for shape [${shape.join(", ")}]`);
  }
  const used = bytes.subarray(0, count * type.bytes);
  if (type.dtype === "opaque")
    throw new FormatError(`${what} holds opaque bytes, whose meaning only the attribute 'dtype' could tell`);
  if (type.string) return new NDArray(await decodeTexts(file, type, used, count, what), shape, "string");
  const dtype = type.dtype as Exclude<DType, "string">;
  const values = adopt(dtype, used);
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const part = isComplex(dtype) ? type.bytes / 2 : type.bytes;
  if (type.bigEndian && part > 1) swapBytes(raw, part);
  if (dtype === "bool") for (let i = 0; i < raw.length; i++) if (raw[i]! > 1) raw[i] = 1;
  return new NDArray<DType>(values, shape, dtype);
}

/** The bytes as a typed array: the same memory when it holds nothing else and is aligned, else a copy. */
function adopt<D extends Exclude<DType, "string">>(dtype: D, bytes: Uint8Array): HostArrays[D] {
  const empty = allocateHost(dtype, 0);
  type Class = new (buffer: ArrayBuffer) => HostArrays[D];
  const own = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
  const buffer = own ? (bytes.buffer as ArrayBuffer) : bytes.slice().buffer;
  return new (empty.constructor as Class)(buffer as ArrayBuffer);
}

function swapBytes(bytes: Uint8Array, width: number): void {
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
}

async function decodeTexts(
  file: H5File,
  type: H5Type,
  bytes: Uint8Array,
  count: number,
  what: string,
): Promise<string[]> {
  const texts: string[] = [];
  const cursor = new Cursor(bytes, what);
  for (let i = 0; i < count; i++) {
    if (type.string!.variable) texts.push(decoder.decode(await heapText(file, cursor, what)));
    else texts.push(type.string!.spacePadded ? cursor.text(type.bytes).replace(/ +$/, "") : cursor.text(type.bytes));
  }
  return texts;
}

async function heapText(file: H5File, cursor: Cursor, what: string): Promise<Uint8Array> {
  const length = cursor.u32();
  const address = cursor.address();
  const index = cursor.u32();
  if (length === 0) return new Uint8Array(0);
  file.charge(length, what); // many references may share one text
  const object = address === null ? undefined : (await file.collection(address, what)).get(index);
  if (!object || object.length < length) throw new FormatError(`${what} is damaged: its text is missing`);
  return object.subarray(0, length);
}

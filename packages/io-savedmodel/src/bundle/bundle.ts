import { encode, one, TENSOR_SHAPE, VERSIONS, type Schema, type TensorShapeProto } from "@keras/lowering-tf";
import { ByteList } from "./byte-list.ts";
import { crc32c, maskedCrc } from "./crc32c.ts";
import { sortedTable, type Entry } from "./table.ts";

/*
 * TensorFlow's checkpoint format, the "tensor bundle": a table from keys to the places of tensors in a file of data.
 * https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/tensor_bundle.proto
 */

/** A tensor of a checkpoint: its bytes, or one string. */
export interface BundleTensor {
  readonly key: string;
  readonly dtype: number;
  readonly shape: TensorShapeProto;
  readonly bytes: Uint8Array;
  /** The bytes are those of a scalar string. */
  readonly isString?: boolean | undefined;
}

const HEADER: Schema = { numShards: one(1, "int32"), version: one(3, () => VERSIONS) };
const ENTRY: Schema = {
  dtype: one(1, "int32"),
  shape: one(2, () => TENSOR_SHAPE),
  shardId: one(3, "int32"),
  offset: one(4, "int64"),
  size: one(5, "int64"),
  crc32c: one(6, "fixed32"),
};

/** A string as it lies in the data: its length, the checksum of the length, its bytes; and the checksum of all. */
function stringData(text: Uint8Array): { parts: readonly Uint8Array[]; crc: number } {
  const head = new ByteList();
  head.varint(text.length);
  const length = new ByteList();
  length.uint32(text.length);
  const lengthCrc = crc32c(length.finish());
  const masked = new ByteList();
  masked.uint32(maskedCrc(lengthCrc));
  const crc = crc32c(text, crc32c(masked.finish(), lengthCrc));
  return { parts: [head.finish(), masked.finish(), text], crc };
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/** The two files of a checkpoint. */
export function writeBundle(tensors: readonly BundleTensor[]): {
  readonly index: Uint8Array<ArrayBuffer>;
  readonly data: Uint8Array<ArrayBuffer>;
} {
  const text = new TextEncoder();
  const sorted = tensors
    .map((tensor) => ({ key: text.encode(tensor.key), tensor }))
    .sort((a, b) => compareBytes(a.key, b.key));
  const entries: Entry[] = [[new Uint8Array(), encode(HEADER, { numShards: 1, version: { producer: 1 } })]];
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const { key, tensor } of sorted) {
    const { parts: own, crc } = tensor.isString
      ? stringData(tensor.bytes)
      : { parts: [tensor.bytes], crc: crc32c(tensor.bytes) };
    const size = own.reduce((n, part) => n + part.length, 0);
    const { dtype, shape } = tensor;
    entries.push([key, encode(ENTRY, { dtype, shape, shardId: 0, offset, size, crc32c: maskedCrc(crc) })]);
    parts.push(...own);
    offset += size;
  }
  const data = new Uint8Array(offset);
  let at = 0;
  for (const part of parts) {
    data.set(part, at);
    at += part.length;
  }
  return { index: sortedTable(entries), data };
}

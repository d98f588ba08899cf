import {
  allocateHost,
  FormatError,
  itemBytes,
  NDArray,
  UnsupportedError,
  type DType,
  type HostArray,
} from "@keras/ops";
import { dtypeOfElement, type TensorProto } from "@keras/lowering-onnx";

/** Bytes of a file beside the model, by its location. */
export type ExternalFiles = (location: string) => Uint8Array;

/** The data of an ONNX tensor, in whichever of the standard's fields it lies. @throws {FormatError} where it is damaged. */
export function tensorData(proto: TensorProto, external?: ExternalFiles): NDArray {
  const dtype = dtypeOfElement(proto.dataType);
  const shape = (proto.dims ?? []).map(Number);
  const name = proto.name ?? "";
  if (!dtype)
    throw new UnsupportedError(`the tensor '${name}' has an element type (${proto.dataType}) that Keras does not have`);
  const count = shape.reduce((n, d) => n * d, 1);
  if (!shape.every((d) => Number.isSafeInteger(d) && d >= 0))
    throw new FormatError(`the tensor '${name}' has a shape of [${shape.join(", ")}]`);
  if (dtype === "string") {
    const text = new TextDecoder();
    return new NDArray((proto.stringData ?? []).map((b) => text.decode(b)) as never, shape, "string");
  }
  const raw = proto.dataLocation === 1 ? externalBytes(proto, external) : proto.rawData;
  const values = raw ? fromBytes(raw, dtype, count, name) : fromFields(proto, dtype, count);
  if (values.length !== count)
    throw new FormatError(`the tensor '${name}' has ${values.length} elements where its shape has ${count}`);
  return new NDArray(values as never, shape, dtype as never);
}

function externalBytes({ externalData = [], name }: TensorProto, external?: ExternalFiles): Uint8Array {
  const entry = new Map(externalData.map(({ key, value }) => [key, value]));
  const location = entry.get("location");
  if (location === undefined || !external)
    throw new FormatError(`the data of '${name}' lies in another file: pass \`externalData\``);
  if (/(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[A-Za-z]:/.test(location))
    throw new FormatError(`the data of '${name}' lies outside the model's folder, at '${location}'`);
  const file = external(location);
  const offset = Number(entry.get("offset") ?? 0);
  const length = Number(entry.get("length") ?? file.length - offset);
  if (!(offset >= 0 && length >= 0 && offset + length <= file.length))
    throw new FormatError(`the data of '${name}' lies beyond the end of '${location}'`);
  return file.subarray(offset, offset + length);
}

function fromBytes(raw: Uint8Array, dtype: DType, count: number, name: string): HostArray {
  if (dtype === "int4" || dtype === "uint4") return nibbles(raw, dtype, count);
  if (raw.length !== count * itemBytes(dtype))
    throw new FormatError(
      `the tensor '${name}' has ${raw.length} bytes where its shape has ${count * itemBytes(dtype)}`,
    );
  const values = allocateHost(dtype, count) as Exclude<HostArray, string[]>;
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength).set(raw);
  return values;
}

function nibbles(raw: Uint8Array, dtype: "int4" | "uint4", count: number): HostArray {
  const values = allocateHost(dtype, count) as Int8Array<ArrayBuffer>;
  for (let i = 0; i < count; i++) {
    const nibble = (raw[i >> 1]! >> ((i & 1) * 4)) & 15;
    values[i] = dtype === "int4" && nibble > 7 ? nibble - 16 : nibble;
  }
  return values;
}

/** Data in a typed field: half types lie as their bits among the 32-bit integers, complex numbers as pairs. */
function fromFields(proto: TensorProto, dtype: DType, count: number): HostArray {
  if (dtype === "int4" || dtype === "uint4") return nibbles(Uint8Array.from(proto.int32Data ?? []), dtype, count);
  const numbers: readonly (number | bigint)[] = proto.floatData?.length
    ? proto.floatData
    : proto.int32Data?.length
      ? proto.int32Data
      : proto.int64Data?.length
        ? proto.int64Data
        : proto.doubleData?.length
          ? proto.doubleData
          : (proto.uint64Data ?? []);
  const values = allocateHost(dtype, count) as Exclude<HostArray, string[]>;
  if (numbers.length !== values.length) return numbers as never;
  const isBig = values instanceof BigInt64Array || values instanceof BigUint64Array;
  numbers.forEach((n, i) => (values[i] = isBig ? BigInt(n) : Number(n)));
  return values;
}

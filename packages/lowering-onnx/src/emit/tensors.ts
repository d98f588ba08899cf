import { allocateHost, encodeSmallFloat, type DType, type HostArray, type SmallFloat } from "@keras/ops";
import { ELEMENT } from "../proto/elements.ts";
import type { TensorProto } from "../proto/messages.ts";
import type { Fill } from "./value.ts";

/** Host data as an ONNX tensor. The bytes are not copied. */
export function tensorProto(values: HostArray, shape: readonly number[], dtype: DType, name?: string): TensorProto {
  const tensor: TensorProto = { dims: [...shape], dataType: ELEMENT[dtype], name };
  if (Array.isArray(values)) {
    const text = new TextEncoder();
    tensor.stringData = values.map((s) => text.encode(s));
  } else if (dtype === "int4" || dtype === "uint4") {
    tensor.rawData = packNibbles(values as Int8Array | Uint8Array);
  } else {
    tensor.rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  }
  return tensor;
}

/** Two 4-bit elements a byte, the first in the low half. */
function packNibbles(values: Int8Array | Uint8Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(values.length / 2));
  values.forEach((v, i) => (packed[i >> 1]! |= (v & 15) << ((i & 1) * 4)));
  return packed;
}

const SMALL: ReadonlySet<DType> = new Set<DType>(["float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"]);
const WIDE: ReadonlySet<DType> = new Set<DType>(["int64", "uint64"]);

/** Numbers as host data of a dtype. */
export function hostArray(numbers: readonly Fill[], dtype: DType): HostArray {
  const values = allocateHost(dtype, numbers.length) as Exclude<HostArray, string[]>;
  numbers.forEach((n, i) => {
    if (WIDE.has(dtype)) values[i] = BigInt(n as number);
    else values[i] = SMALL.has(dtype) ? encodeSmallFloat(Number(n), dtype as SmallFloat) : Number(n);
  });
  return values;
}

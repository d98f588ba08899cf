import { allocateHost, encodeSmallFloat, type DType, type HostArray, type NDArray, type SmallFloat } from "@keras/ops";
import type { TensorProto } from "../proto/messages.ts";
import { DATA_TYPE } from "../proto/types.ts";
import { shapeProto } from "./attributes.ts";
import type { Fill } from "./value.ts";

/** Host data as a TensorFlow tensor. The bytes are not copied. */
export function tensorProto({ values, shape, dtype }: NDArray): TensorProto {
  const head = { dtype: DATA_TYPE[dtype], tensorShape: shapeProto(shape) };
  if (Array.isArray(values)) {
    const text = new TextEncoder();
    return { ...head, stringVal: (values as readonly string[]).map((s) => text.encode(s)) };
  }
  const data = values as Exclude<HostArray, string[]>;
  return { ...head, tensorContent: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

const SMALL: ReadonlySet<DType> = new Set<DType>(["float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"]);
const WIDE: ReadonlySet<DType> = new Set<DType>(["int64", "uint64"]);

/** Numbers as host data of a dtype. */
export function hostArray(numbers: readonly Fill[], dtype: DType): HostArray {
  const values = allocateHost(dtype, numbers.length) as Exclude<HostArray, string[]>;
  const complex = values.length === 2 * numbers.length;
  numbers.forEach((n, i) => {
    if (WIDE.has(dtype)) values[i] = BigInt(n as number);
    else if (complex) values[2 * i] = Number(n);
    else values[i] = SMALL.has(dtype) ? encodeSmallFloat(Number(n), dtype as SmallFloat) : Number(n);
  });
  return values;
}

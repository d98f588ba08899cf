import { DTypeError, isComplex, isFloat, isSmallFloat, isUnsigned, itemBytes, type DType } from "@keras/ops";
import { roundSmallFloats } from "./rounding.ts";

/**
 * Memory of one value: row-major, as the host array of its dtype, except that floats of 8 and 16 bits are held as float32 values that
 * have already been rounded, which makes reading them free.
 */
export type Storage = Numbers | BigInt64Array | BigUint64Array | string[];
/** Storage whose elements are numbers: everything except 64-bit integers and strings. Complex values are (re, im) pairs. */
export type Numbers =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

type NumberArrayClass = new (length: number) => Numbers;

/** Which arithmetic a dtype needs. `int` has at most 32 bits; `wide` are the 64-bit integers, which are bigints. */
export type Family = "float" | "int" | "bool" | "wide" | "complex" | "string";

export function familyOf(dtype: DType): Family {
  if (dtype === "string" || dtype === "bool") return dtype;
  if (isFloat(dtype)) return "float";
  if (isComplex(dtype)) return "complex";
  return itemBytes(dtype) === 8 ? "wide" : "int";
}

const CLASSES: Readonly<Partial<Record<DType, NumberArrayClass>>> = {
  bool: Uint8Array,
  int4: Int8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint4: Uint8Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  float64: Float64Array,
  complex128: Float64Array,
};

/** Numbers that one element of `dtype` takes in its storage. */
export function lanesOf(dtype: DType): number {
  return isComplex(dtype) ? 2 : 1;
}

/** Zeroed storage for `count` elements; empty strings for strings. */
export function allocate(dtype: DType, count: number): Storage {
  if (dtype === "string") return new Array<string>(count).fill("");
  if (dtype === "int64") return new BigInt64Array(count);
  if (dtype === "uint64") return new BigUint64Array(count);
  return new (CLASSES[dtype] ?? Float32Array)(count * lanesOf(dtype));
}

/** As `allocate`, for dtypes that are not 64-bit integers or strings. @throws {DTypeError} for those. */
export function allocateNumbers(dtype: DType, count: number, op: string): Numbers {
  if (dtype === "string" || familyOf(dtype) === "wide") throw unsupported(dtype, op);
  return allocate(dtype, count) as Numbers;
}

/** What a kernel throws when it has no rule for a dtype. */
export function unsupported(dtype: DType, op: string): DTypeError {
  return new DTypeError(`dtype ${dtype} has no such operation: cast the operand with ops.cast first`, { op });
}

/**
 * Brings numbers that were just stored into the range of a dtype narrower than its storage: rounds small floats, wraps 4-bit integers.
 * Every kernel that computes new values ends with it.
 */
export function settle<S extends Storage>(storage: S, dtype: DType): S {
  if (isSmallFloat(dtype)) roundSmallFloats(storage as Float32Array, dtype);
  if (dtype === "int4" || dtype === "uint4") {
    const values = storage as Numbers;
    if (dtype === "int4") for (let i = 0; i < values.length; i++) values[i] = (values[i] << 28) >> 28;
    else for (let i = 0; i < values.length; i++) values[i] &= 15;
  }
  return storage;
}

/** Sums that were accumulated in float64, as storage of their final dtype (not one of 64-bit integers or strings). */
export function stored(sums: Float64Array, dtype: DType): Storage {
  if (dtype === "float64" || dtype === "complex128") return sums;
  const out = allocate(dtype, sums.length / lanesOf(dtype)) as Numbers;
  out.set(sums);
  return settle(out as Storage, dtype);
}

/** Smallest and largest value of an integer dtype of any width, as numbers where they fit, else as bigints. */
export function integerRange(dtype: DType): readonly [number, number] {
  const bits = bitsOf(dtype);
  return isUnsigned(dtype) ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}

/** As `integerRange`, for 64 bits. */
export function wideRange(dtype: DType): readonly [bigint, bigint] {
  return dtype === "uint64" ? [0n, 2n ** 64n - 1n] : [-(2n ** 63n), 2n ** 63n - 1n];
}

export function bitsOf(dtype: DType): number {
  return dtype.endsWith("t4") ? 4 : itemBytes(dtype) * 8;
}

/** The least or greatest value of an ordered dtype: what `max` or `min` of nothing is. */
export function extreme(dtype: DType, side: "least" | "greatest"): number | bigint {
  const sign = side === "least" ? 0 : 1;
  switch (familyOf(dtype)) {
    case "bool":
      return sign;
    case "int":
      return integerRange(dtype)[sign];
    case "wide":
      return wideRange(dtype)[sign];
    default: {
      const bound = dtype === "float8_e4m3fn" ? 448 : Number.POSITIVE_INFINITY;
      return sign === 0 ? -bound : bound;
    }
  }
}

/** The same memory as 32-, 16- or 8-bit words, for kernels that only move elements, with the words per element. */
export function wordsOf(
  storage: Storage,
  dtype: DType,
): { readonly words: Numbers | string[]; readonly lanes: number } {
  if (Array.isArray(storage)) return { words: storage, lanes: 1 };
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: bytes } = storage;
  const lanes = Math.max(1, bytes >> 2) * lanesOf(dtype);
  if (bytes === 1)
    return { words: storage instanceof Uint8Array ? storage : new Uint8Array(buffer, byteOffset, byteLength), lanes };
  if (bytes === 2) return { words: new Uint16Array(buffer, byteOffset, byteLength >> 1), lanes };
  return {
    words: storage instanceof Int32Array ? storage : new Int32Array(buffer, byteOffset, byteLength >> 2),
    lanes,
  };
}

/** Integers of any dtype as numbers, for use as indices. */
export function indices(storage: Storage): Numbers {
  return storage instanceof BigInt64Array || storage instanceof BigUint64Array
    ? Float64Array.from(storage, Number)
    : (storage as Numbers);
}

import { isComplex, type DType } from "./dtype.ts";
import { ArgumentError, DTypeError } from "./errors.ts";
import { formatShape, sizeOf } from "./shape.ts";

/** The array that holds elements of each dtype on the host. Half types are raw bits, complex types are interleaved (re, im) pairs. */
export interface HostArrays {
  bool: Uint8Array<ArrayBuffer>;
  int4: Int8Array<ArrayBuffer>;
  int8: Int8Array<ArrayBuffer>;
  int16: Int16Array<ArrayBuffer>;
  int32: Int32Array<ArrayBuffer>;
  int64: BigInt64Array<ArrayBuffer>;
  uint4: Uint8Array<ArrayBuffer>;
  uint8: Uint8Array<ArrayBuffer>;
  uint16: Uint16Array<ArrayBuffer>;
  uint32: Uint32Array<ArrayBuffer>;
  uint64: BigUint64Array<ArrayBuffer>;
  float8_e4m3fn: Uint8Array<ArrayBuffer>;
  float8_e5m2: Uint8Array<ArrayBuffer>;
  float16: Uint16Array<ArrayBuffer>;
  bfloat16: Uint16Array<ArrayBuffer>;
  float32: Float32Array<ArrayBuffer>;
  float64: Float64Array<ArrayBuffer>;
  complex64: Float32Array<ArrayBuffer>;
  complex128: Float64Array<ArrayBuffer>;
  string: string[];
}

/** Any array of {@link HostArrays}. */
export type HostArray = HostArrays[DType];
/** Host arrays whose elements are JavaScript numbers. */
export type NumberArray = Exclude<HostArray, BigInt64Array | BigUint64Array | string[]>;

type ArrayClass = new (length: number) => Exclude<HostArray, string[]>;

const CLASSES: Readonly<Record<Exclude<DType, "string">, ArrayClass>> = {
  bool: Uint8Array,
  int4: Int8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint4: Uint8Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  float8_e4m3fn: Uint8Array,
  float8_e5m2: Uint8Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
  complex64: Float32Array,
  complex128: Float64Array,
};

/** A zeroed host array for `count` elements of `dtype`. */
export function allocateHost<D extends DType>(dtype: D, count: number): HostArrays[D] {
  if (dtype === "string") return new Array<string>(count).fill("") as HostArrays[D];
  return new CLASSES[dtype as Exclude<DType, "string">](isComplex(dtype) ? count * 2 : count) as HostArrays[D];
}

/** Nested JavaScript arrays of one element type, as deep as the shape is long. */
export type Nested<T> = T | readonly Nested<T>[];

/**
 * Host data: what crosses to users and files. Row-major `values` with their shape and dtype.
 *
 * @example
 * ```ts
 * import { NDArray } from "keras";
 * const a = new NDArray(new Float32Array([1, 2, 3, 4]), [2, 2], "float32");
 * console.log(a.toNested()); // [[1, 2], [3, 4]]
 * ```
 */
export class NDArray<D extends DType = DType> {
  readonly kind: "ndarray" = "ndarray";
  readonly values: HostArrays[D];
  readonly shape: readonly number[];
  readonly dtype: D;

  constructor(values: HostArrays[D], shape: readonly number[], dtype: D) {
    const expected = sizeOf(shape) * (isComplex(dtype) ? 2 : 1);
    if (values.length !== expected) {
      throw new ArgumentError(
        `${values.length} values do not fill shape ${formatShape(shape)} of dtype ${dtype}: ${expected} are needed`,
      );
    }
    if (dtype !== "string" && values.constructor !== CLASSES[dtype as Exclude<DType, "string">]) {
      throw new DTypeError(`values of dtype ${dtype} must be a ${CLASSES[dtype as Exclude<DType, "string">].name}`);
    }
    this.values = values;
    this.shape = shape;
    this.dtype = dtype;
  }

  /** Nested arrays of numbers, booleans, bigints, strings, or `[re, im]` pairs. Half types are decoded. */
  toNested(): Nested<number | bigint | boolean | string> {
    const decoded = decode(this);
    const build = (axis: number, offset: number, step: number): Nested<number | bigint | boolean | string> => {
      if (axis === this.shape.length) {
        return isComplex(this.dtype) ? [decoded[offset * 2]!, decoded[offset * 2 + 1]!] : decoded[offset]!;
      }
      const size = this.shape[axis]!;
      const inner = size === 0 ? 0 : step / size;
      return Array.from({ length: this.shape[axis]! }, (_, i) => build(axis + 1, offset + i * inner, inner));
    };
    return build(0, 0, sizeOf(this.shape));
  }
}

function decode(a: NDArray): ArrayLike<number | bigint | boolean | string> {
  switch (a.dtype) {
    case "bool":
      return Array.from(a.values as Uint8Array, (v) => v !== 0);
    case "float16":
    case "bfloat16":
    case "float8_e4m3fn":
    case "float8_e5m2":
      return decodeSmallFloats(a.values as Uint16Array | Uint8Array, a.dtype);
    default:
      return a.values;
  }
}

/** Floats of 8 or 16 bits that the host holds as bits. */
export type SmallFloat = "float16" | "bfloat16" | "float8_e4m3fn" | "float8_e5m2";

interface SmallFloatFormat {
  readonly exponentBits: number;
  readonly mantissaBits: number;
  /** e4m3fn has no infinities: its largest exponent holds numbers, and one NaN. */
  readonly finite: boolean;
}

const FORMATS: Readonly<Record<SmallFloat, SmallFloatFormat>> = {
  float16: { exponentBits: 5, mantissaBits: 10, finite: false },
  bfloat16: { exponentBits: 8, mantissaBits: 7, finite: false },
  float8_e4m3fn: { exponentBits: 4, mantissaBits: 3, finite: true },
  float8_e5m2: { exponentBits: 5, mantissaBits: 2, finite: false },
};

export function isSmallFloat(dtype: DType): dtype is SmallFloat {
  return Object.hasOwn(FORMATS, dtype);
}

const tables = new Map<SmallFloat, Float32Array>();

function decodeBits(bits: number, { exponentBits, mantissaBits, finite }: SmallFloatFormat): number {
  const bias = 2 ** (exponentBits - 1) - 1;
  const sign = (bits >> (exponentBits + mantissaBits)) & 1 ? -1 : 1;
  const exponent = (bits >> mantissaBits) & (2 ** exponentBits - 1);
  const mantissa = bits & (2 ** mantissaBits - 1);
  const top = exponent === 2 ** exponentBits - 1;
  if (top && finite && mantissa === 2 ** mantissaBits - 1) return Number.NaN;
  if (top && !finite) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * mantissa * 2 ** (1 - bias - mantissaBits);
  return sign * (1 + mantissa * 2 ** -mantissaBits) * 2 ** (exponent - bias);
}

/** The value of every bit pattern of a small float type: decoding is one look-up. */
function table(dtype: SmallFloat): Float32Array {
  let values = tables.get(dtype);
  if (!values) {
    const format = FORMATS[dtype];
    values = Float32Array.from({ length: 2 ** (1 + format.exponentBits + format.mantissaBits) }, (_, bits) =>
      decodeBits(bits, format),
    );
    tables.set(dtype, values);
  }
  return values;
}

/** Bits of a small float type → float32 values. */
export function decodeSmallFloats(bits: Uint16Array | Uint8Array, dtype: SmallFloat): Float32Array<ArrayBuffer> {
  const values = table(dtype);
  const out = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) out[i] = values[bits[i]!]!;
  return out;
}

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/** The bits of the value of `dtype` nearest to `x`, ties to even. Overflow gives infinity, or NaN where there is none. */
export function encodeSmallFloat(x: number, dtype: SmallFloat): number {
  const { exponentBits, mantissaBits, finite } = FORMATS[dtype];
  scratch[0] = x;
  const bits = scratchBits[0]!;
  const sign = (bits >>> 31) << (exponentBits + mantissaBits);
  const top = (2 ** exponentBits - 1) << mantissaBits;
  const nan = finite ? top | (2 ** mantissaBits - 1) : top | (1 << (mantissaBits - 1));
  const value = Math.abs(scratch[0]!);
  if (Number.isNaN(value)) return sign | nan;
  const overflow = sign | (finite ? nan : top);
  if (value === Number.POSITIVE_INFINITY) return overflow;
  const bias = 2 ** (exponentBits - 1) - 1;
  const exponent = Math.max(1 - bias, value === 0 ? 1 - bias : Math.max(((bits >>> 23) & 255) - 127, -149));
  // In units of the last place at this exponent; dividing by a power of two is exact, so only this rounds.
  const units = value / 2 ** (exponent - mantissaBits);
  let rounded = Math.floor(units);
  const rest = units - rounded;
  if (rest > 0.5 || (rest === 0.5 && rounded % 2 === 1)) rounded++;
  const subnormal = rounded < 2 ** mantissaBits;
  const encoded = subnormal ? rounded : ((exponent + bias) << mantissaBits) + (rounded - 2 ** mantissaBits);
  return encoded >= (finite ? nan : top) ? overflow : sign | encoded;
}

/** float32 values → bits of a small float type. */
export function encodeSmallFloats(
  values: ArrayLike<number>,
  dtype: SmallFloat,
): Uint16Array<ArrayBuffer> | Uint8Array<ArrayBuffer> {
  const out = allocateHost(dtype, values.length);
  for (let i = 0; i < values.length; i++) out[i] = encodeSmallFloat(values[i]!, dtype);
  return out;
}

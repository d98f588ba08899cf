import type { DType } from "../dtype.ts";
import { DTypeError } from "../errors.ts";
import { decodeSmallFloats, encodeSmallFloat, isSmallFloat } from "../ndarray.ts";

const FLOAT: Partial<Record<DType, { readonly max: number; readonly tiny: number; readonly epsilon: number }>> = {
  float8_e4m3fn: { max: 448, tiny: 2 ** -6, epsilon: 2 ** -3 },
  float8_e5m2: { max: 57344, tiny: 2 ** -14, epsilon: 2 ** -2 },
  float16: { max: 65504, tiny: 2 ** -14, epsilon: 2 ** -10 },
  bfloat16: { max: (2 - 2 ** -7) * 2 ** 127, tiny: 2 ** -126, epsilon: 2 ** -7 },
  float32: { max: (2 - 2 ** -23) * 2 ** 127, tiny: 2 ** -126, epsilon: 2 ** -23 },
  float64: { max: Number.MAX_VALUE, tiny: 2 ** -1022, epsilon: Number.EPSILON },
};

/** What a real dtype can hold: its largest number, for floats also the smallest normal one and the distance from 1 to the next. */
export interface Limits {
  readonly min: number;
  readonly max: number;
  readonly tiny: number;
  readonly epsilon: number;
}

/** @throws {DTypeError} for complex numbers and strings. */
export function limitsOf(dtype: DType): Limits {
  const float = FLOAT[dtype];
  if (float) return { min: -float.max, ...float };
  if (dtype === "bool") return { min: 0, max: 1, tiny: 1, epsilon: 1 };
  const [, kind, bits] = /^(u?int)(\d+)$/.exec(dtype) ?? [];
  if (!bits) throw new DTypeError(`${dtype} has no largest number`);
  const size = kind === "uint" ? Number(bits) : Number(bits) - 1;
  return { min: kind === "uint" ? 0 : -(2 ** size), max: 2 ** size - 1, tiny: 1, epsilon: 1 };
}

/** The number of a float dtype next to `limit` that is not further from 0. */
export function towardZero(limit: number, dtype: DType): number {
  const size = Math.abs(limit);
  const sign = Math.sign(limit);
  if (dtype === "float32") {
    const rounded = new Float32Array([size]);
    const bits = new Uint32Array(rounded.buffer);
    if (rounded[0]! > size) bits[0] = bits[0]! - 1;
    return sign * rounded[0]!;
  }
  if (!isSmallFloat(dtype)) return limit;
  const bits = encodeSmallFloat(size, dtype);
  const [value] = decodeSmallFloats(Uint16Array.of(bits), dtype);
  return sign * (value! <= size ? value! : decodeSmallFloats(Uint16Array.of(bits - 1), dtype)[0]!);
}

import {
  allocateHost,
  decodeSmallFloats,
  encodeSmallFloat,
  isComplex,
  isSmallFloat,
  NDArray,
  sizeOf,
  type DType,
} from "@keras/ops";

/** A value as the recorded cases have it: dtype, shape, elements. Infinities, NaN, −0 and 64-bit integers are strings. */
export type Value = readonly [dtype: DType, shape: readonly number[], elements: readonly (number | string)[]];

/** A recorded value as host data. */
export function hostOf([dtype, shape, elements]: Value): NDArray {
  const values = allocateHost(dtype, sizeOf(shape));
  elements.forEach((element, i) => {
    (values as unknown[])[i] = isSmallFloat(dtype)
      ? encodeSmallFloat(Number(element), dtype)
      : dtype === "string"
        ? element
        : dtype.endsWith("int64")
          ? BigInt(element)
          : Number(element);
  });
  return new NDArray(values, shape, dtype);
}

/** How far floats may lie from what was recorded; everything else must be equal. */
export interface Tolerance {
  /** In places of the expected number (of the complex number's size), whatever the float type. */
  readonly ulps: number;
  /** In addition, as a share of the largest expected number that is finite, or of 1 if that is smaller. */
  readonly absolute: number;
  /** Whether NaN and infinities must come out as such; else what concerns them is not compared. */
  readonly nonFinite: boolean;
}

/** Distance of neighbouring numbers at 1. */
function precision(dtype: DType): number {
  switch (dtype) {
    case "bfloat16":
      return 2 ** -7;
    case "float8_e4m3fn":
      return 2 ** -3;
    case "float8_e5m2":
      return 2 ** -2;
    case "float16":
      return 2 ** -10;
    case "float64":
    case "complex128":
      return 2 ** -52;
    default:
      return 2 ** -23;
  }
}

const approximate = (dtype: DType): boolean => isSmallFloat(dtype) || dtype.startsWith("float") || isComplex(dtype);

/** The elements as numbers, bigints or strings. */
function elementsOf({ values, dtype }: NDArray): ArrayLike<number | bigint | string> {
  return isSmallFloat(dtype) ? decodeSmallFloats(values as Uint16Array, dtype) : values;
}

/** What differs between a result and what was expected, or null. */
export function difference(got: NDArray, expected: NDArray, { ulps, absolute, nonFinite }: Tolerance): string | null {
  if (got.dtype !== expected.dtype) return `dtype is ${got.dtype}, not ${expected.dtype}`;
  if (got.shape.join() !== expected.shape.join()) return `shape is [${got.shape}], not [${expected.shape}]`;
  const { dtype } = expected;
  const [actual, wanted] = [elementsOf(got), elementsOf(expected)];
  const scale = approximate(dtype) ? largest(wanted as ArrayLike<number>) : 0;
  for (let i = 0; i < wanted.length; i++) {
    const [a, e] = [actual[i]!, wanted[i]!];
    if (a === e || Object.is(a, e)) continue;
    const fail = `element ${i} is ${String(a)}, not ${String(e)}`;
    if (!approximate(dtype) || typeof a !== "number" || typeof e !== "number") return fail;
    if (!Number.isFinite(e) || !Number.isFinite(a)) {
      if (nonFinite) return fail;
      continue;
    }
    const other = isComplex(dtype) ? Number(wanted[i ^ 1]) : 0;
    const size = Number.isFinite(other) ? Math.hypot(e, other) : Math.abs(e);
    if (Math.abs(a - e) > ulps * precision(dtype) * size + absolute * scale) return fail;
  }
  return null;
}

function largest(values: ArrayLike<number>): number {
  let most = 1;
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) most = Math.max(most, Math.abs(values[i]!));
  return most;
}

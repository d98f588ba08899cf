import type { DType, WeakType } from "./dtype.ts";

/** A number that counts as Python's `float` although it is integral: JavaScript has no `2.0`. */
export class Float {
  readonly kind: "float" = "float";
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  valueOf(): number {
    return this.value;
  }

  toJSON(): number {
    return this.value;
  }
}

/**
 * Python's `2.0`: a weak float, where the plain number 2 is a weak int. Only promotion beside integer tensors tells them apart.
 *
 * @example
 * ```ts
 * import { ops } from "keras";
 * const x = ops.array([1, 2], { dtype: "int32" });
 * console.log(ops.multiply(x, 2).dtype, ops.multiply(x, ops.float(2)).dtype); // "int32" "float32"
 * ```
 */
export function float(value: number): Float {
  return new Float(value);
}

/** Numbers that take part in promotion by kind only. */
export type Scalar = number | boolean | bigint | Float;

export function isScalar(x: unknown): x is Scalar {
  return (
    typeof x === "number" ||
    typeof x === "boolean" ||
    typeof x === "bigint" ||
    (x instanceof Object && (x as Float).kind === "float")
  );
}

/** The weak type of a scalar: integral numbers are ints, except −0, which only a float can hold, and those too large to be exact. */
export function weakTypeOf(x: Scalar): WeakType {
  if (typeof x === "boolean") return "py:bool";
  if (typeof x === "bigint") return "py:int";
  if (typeof x === "number" && Number.isSafeInteger(x) && !Object.is(x, -0)) return "py:int";
  return "py:float";
}

/** The JavaScript value that stands for a scalar of `dtype` in a `full` node. */
export function scalarValue(x: Scalar, dtype: DType): number | bigint | boolean {
  const raw = typeof x === "object" ? x.value : x;
  if (dtype === "int64" || dtype === "uint64") return typeof raw === "bigint" ? raw : BigInt(Math.trunc(Number(raw)));
  if (dtype === "bool") return Boolean(raw);
  return Number(raw);
}

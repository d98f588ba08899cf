import { isFloat, isInteger, standardizeDType } from "./dtype.ts";

/**
 * Whether a dtype is one of floats, complex numbers not among them.
 *
 * @param dtype - A dtype, or one of Python's names `int`, `float`, `bool`; null is floatx.
 * @throws {DTypeError} when the name is not a dtype.
 * @example
 * ```ts
 * import { backend } from "keras";
 * console.log(backend.isFloatDtype("bfloat16"), backend.isFloatDtype("int32")); // true false
 * ```
 */
export function isFloatDtype(dtype: string | null): boolean {
  return isFloat(standardizeDType(dtype));
}

/**
 * Whether a dtype is one of integers, signed or not; bool is none.
 *
 * @param dtype - A dtype, or one of Python's names `int`, `float`, `bool`; null is floatx.
 * @throws {DTypeError} when the name is not a dtype.
 * @example
 * ```ts
 * import { backend } from "keras";
 * console.log(backend.isIntDtype("uint8"), backend.isIntDtype("bool")); // true false
 * ```
 */
export function isIntDtype(dtype: string | null): boolean {
  return isInteger(standardizeDType(dtype));
}

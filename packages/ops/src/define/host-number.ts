import { ArgumentError } from "../errors.ts";
import { isFloat } from "../dtype.ts";
import { NDArray } from "../ndarray.ts";
import type { Scalar } from "../scalar.ts";
import { isTensor, type Tensor } from "../tensor.ts";
import { isVariable, type Variable } from "../variable.ts";

/** A number, or a tensor of one element that is read at once. */
export type HostNumber = Scalar | Tensor | Variable;

/** The value of a number that decides about shapes, so that it must be known. @throws {ArgumentError} when a tensor has more elements. */
export function hostNumber(x: HostNumber, op: string): number {
  if (!isTensor(x) && !isVariable(x)) return Number(typeof x === "object" ? x.value : x);
  const tensor = isVariable(x) ? x.value : x;
  if (tensor.size !== 1)
    throw new ArgumentError(`needs one number, got a tensor of shape [${tensor.shape.join(", ")}]`, { op });
  let value: unknown = new NDArray(tensor.dataSync(), tensor.shape, tensor.dtype).toNested();
  while (Array.isArray(value)) value = value[0] as unknown;
  return Number(value);
}

/**
 * Whole numbers that decide about shapes: one, several, or a tensor of them, which is read at once.
 *
 * @throws {ArgumentError} when they are symbolic, no whole numbers, or less than `least`.
 */
export function hostIntegers(
  x: number | readonly number[] | Tensor,
  op: string,
  name: string,
  least: number = Number.NEGATIVE_INFINITY,
): number[] {
  const given: unknown = isTensor(x) ? Array.from(x.dataSync() as Int32Array, Number) : x;
  const numbers: readonly unknown[] = Array.isArray(given) ? given : [given];
  for (const n of numbers) {
    if (!Number.isInteger(n) || (n as number) < least) {
      const which = least === Number.NEGATIVE_INFINITY ? "" : ` of at least ${least}`;
      const what = typeof n === "object" ? "values that are not known yet" : String(n);
      throw new ArgumentError(`${name} are whole numbers${which}, got ${what}`, { op });
    }
  }
  return numbers as number[];
}

/** The same, for counts. @throws {ArgumentError} unless it is a whole number of at least `least`. */
export function hostCount(x: HostNumber, op: string, name: string, least = 0): number {
  const isFloatNumber = typeof x === "object" && ("dtype" in x ? isFloat(x.dtype) : true);
  const n = isFloatNumber ? Number.NaN : hostNumber(x, op);
  if (!Number.isInteger(n) || n < least)
    throw new ArgumentError(`${name} is a whole number of at least ${least}, got ${isFloatNumber ? "a float" : n}`, {
      op,
    });
  return n;
}

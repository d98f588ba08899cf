import { asDType } from "../define/as-dtype.ts";
import { defineReduce, reduce, type ReduceOp } from "../define/reduce.ts";
import { resolveOptions } from "../define/options.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { notEqual } from "./compare.ts";
import { sum } from "./sum.ts";

export const countNonzeroOp: ReduceOp = defineReduce({
  name: "count_nonzero",
  keras: "keras.src.ops.numpy.CountNonzero",
  result: "int32",
  decompose: (x, attrs) => sum(asDType(x.dtype === "bool" ? x : notEqual(x, 0), "int32"), attrs),
  vjp: null,
});

/** Options of `countNonzero`. */
export interface CountNonzeroOptions {
  /** The axis or axes to reduce; default (and `null`): all. */
  readonly axis?: number | readonly number[] | null | undefined;
}

/**
 * How many elements are not 0 (or true), as int32.
 *
 * @param x - Any shape and dtype.
 * @param options - `axis`, or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.countNonzero([[0, 1], [2, 3]], 1).array()); // [1, 2]
 * ```
 */
export function countNonzero(x: KerasTensor, options?: CountNonzeroOptions | number | readonly number[]): KerasTensor;
export function countNonzero(x: TensorLike, options?: CountNonzeroOptions | number | readonly number[]): Tensor;
export function countNonzero(
  x: Other,
  options?: CountNonzeroOptions | number | readonly number[],
): Tensor | KerasTensor {
  return reduce(countNonzeroOp, x, { axis: resolveOptions<CountNonzeroOptions>(options).axis });
}

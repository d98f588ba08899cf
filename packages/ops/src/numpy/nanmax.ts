import { nanWhereAll, withoutNan } from "../define/nan.ts";
import { defineReduce, reduce, type ReduceArg, type ReduceOp } from "../define/reduce.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { max } from "./max.ts";

export const nanmaxOp: ReduceOp = defineReduce({
  name: "nanmax",
  keras: "keras.src.ops.numpy.Nanmax",
  decompose: (x, attrs) => nanWhereAll(x, attrs, max(withoutNan(x, Number.NEGATIVE_INFINITY), attrs)),
});

/**
 * The largest over axes of the elements that are not NaN; NaN where all are.
 *
 * @param x - Any shape and numeric dtype.
 * @param options - `axis` (default: all) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.nanmax([1, NaN, 3]).item()); // 3
 * ```
 */
export function nanmax(x: KerasTensor, options?: ReduceArg): KerasTensor;
export function nanmax(x: TensorLike, options?: ReduceArg): Tensor;
export function nanmax(x: Other, options?: ReduceArg): Tensor | KerasTensor {
  return reduce(nanmaxOp, x, options);
}

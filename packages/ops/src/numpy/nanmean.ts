import { countOfNumbers, withoutNan } from "../define/nan.ts";
import { defineReduce, reduce, type ReduceArg, type ReduceOp } from "../define/reduce.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { divide } from "./divide.ts";
import { sum } from "./sum.ts";

export const nanmeanOp: ReduceOp = defineReduce({
  name: "nanmean",
  keras: "keras.src.ops.numpy.Nanmean",
  promote: "float",
  decompose: (x, attrs) => divide(sum(withoutNan(x, 0), attrs), countOfNumbers(x, attrs)),
});

/**
 * The mean over axes of the elements that are not NaN; NaN where all are.
 *
 * @param x - Any shape and numeric dtype.
 * @param options - `axis` (default: all) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.nanmean([1, NaN, 3]).item()); // 2
 * ```
 */
export function nanmean(x: KerasTensor, options?: ReduceArg): KerasTensor;
export function nanmean(x: TensorLike, options?: ReduceArg): Tensor;
export function nanmean(x: Other, options?: ReduceArg): Tensor | KerasTensor {
  return reduce(nanmeanOp, x, options);
}

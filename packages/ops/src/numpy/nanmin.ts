import { nanWhereAll, withoutNan } from "../define/nan.ts";
import { defineReduce, reduce, type ReduceArg, type ReduceOp } from "../define/reduce.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { min } from "./min.ts";

export const nanminOp: ReduceOp = defineReduce({
  name: "nanmin",
  keras: "keras.src.ops.numpy.Nanmin",
  decompose: (x, attrs) => nanWhereAll(x, attrs, min(withoutNan(x, Number.POSITIVE_INFINITY), attrs)),
});

/**
 * The smallest over axes of the elements that are not NaN; NaN where all are.
 *
 * @param x - Any shape and numeric dtype.
 * @param options - `axis` (default: all) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.nanmin([1, NaN, 3]).item()); // 1
 * ```
 */
export function nanmin(x: KerasTensor, options?: ReduceArg): KerasTensor;
export function nanmin(x: TensorLike, options?: ReduceArg): Tensor;
export function nanmin(x: Other, options?: ReduceArg): Tensor | KerasTensor {
  return reduce(nanminOp, x, options);
}

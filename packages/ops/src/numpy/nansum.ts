import { withoutNan } from "../define/nan.ts";
import { defineReduce, reduce, widened, type ReduceArg, type ReduceOp } from "../define/reduce.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { sum } from "./sum.ts";

export const nansumOp: ReduceOp = defineReduce({
  name: "nansum",
  keras: "keras.src.ops.numpy.Nansum",
  promote: (inputs) => widened(inputs),
  decompose: (x, attrs) => sum(withoutNan(x, 0), attrs),
});

/**
 * The sum over axes of the elements that are not NaN.
 *
 * @param x - Any shape and numeric dtype.
 * @param options - `axis` (default: all) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.nansum([1, NaN, 3]).item()); // 4
 * ```
 */
export function nansum(x: KerasTensor, options?: ReduceArg): KerasTensor;
export function nansum(x: TensorLike, options?: ReduceArg): Tensor;
export function nansum(x: Other, options?: ReduceArg): Tensor | KerasTensor {
  return reduce(nansumOp, x, options);
}

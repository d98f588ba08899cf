import { defineReduce, reduce, type ReduceArg, type ReduceOp } from "../define/reduce.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { max } from "./max.ts";
import { min } from "./min.ts";
import { subtract } from "./subtract.ts";

export const ptpOp: ReduceOp = defineReduce({
  name: "ptp",
  keras: "keras.src.ops.numpy.Ptp",
  decompose: (x, attrs) => subtract(max(x, attrs), min(x, attrs)),
});

/**
 * The distance between the largest and the smallest element ("peak to peak").
 *
 * @param x - Any shape and numeric dtype.
 * @param options - `axis` (default: all) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @throws {DTypeError} for booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.ptp([[1, 5], [3, 4]], 1).array()); // [4, 1]
 * ```
 */
export function ptp(x: KerasTensor, options?: ReduceArg): KerasTensor;
export function ptp(x: TensorLike, options?: ReduceArg): Tensor;
export function ptp(x: Other, options?: ReduceArg): Tensor | KerasTensor {
  return reduce(ptpOp, x, options);
}

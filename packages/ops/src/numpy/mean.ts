import { asDType } from "../define/as-dtype.ts";
import { defineReduce, reduce, type ReduceArg, type ReduceOp } from "../define/reduce.ts";
import { spreadOver } from "../define/restore-axes.ts";
import { sizeAlong } from "../define/size-along.ts";
import { resultType } from "../dtype.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { divide } from "./divide.ts";
import { sum } from "./sum.ts";

export const meanOp: ReduceOp = defineReduce({
  name: "mean",
  keras: "keras.src.ops.numpy.Mean",
  promote: "float",
  // Half precision overflows where the mean does not: the sum is taken in float32.
  decompose: (x, attrs) => {
    const wide = resultType(x.dtype, "float32");
    return asDType(divide(sum(asDType(x, wide), attrs), sizeAlong(x.shape, attrs.axis)), x.dtype);
  },
  vjp: ({ inputs: [x], attrs: { axis }, grads: [g] }) => [
    spreadOver(divide(g!, sizeAlong(x!.shape, axis)), x!.shape, axis),
  ],
});

/**
 * The mean over axes. Of integers and booleans it is floatx.
 *
 * @param x - Any shape and numeric dtype.
 * @param options - `axis` (default: all) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.mean([[1, 2], [3, 4]], 0).array()); // [2, 3]
 * ```
 */
export function mean(x: KerasTensor, options?: ReduceArg): KerasTensor;
export function mean(x: TensorLike, options?: ReduceArg): Tensor;
export function mean(x: Other, options?: ReduceArg): Tensor | KerasTensor {
  return reduce(meanOp, x, options);
}

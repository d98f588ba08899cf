import { stopGradient } from "../autodiff/custom-gradient.ts";
import { defineReduce, reduce, type ReduceArg, type ReduceOp } from "../define/reduce.ts";
import { withReducedAxes } from "../define/restore-axes.ts";
import { add } from "../numpy/add.ts";
import { exp } from "../numpy/exp.ts";
import { isfinite } from "../numpy/isfinite.ts";
import { log } from "../numpy/log.ts";
import { max } from "../numpy/max.ts";
import { multiply } from "../numpy/multiply.ts";
import { reshape } from "../numpy/reshape.ts";
import { subtract } from "../numpy/subtract.ts";
import { sum } from "../numpy/sum.ts";
import { where } from "../numpy/where.ts";
import type { Other, TensorLike } from "../operand.ts";
import { reducedShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const logsumexpOp: ReduceOp = defineReduce({
  name: "logsumexp",
  keras: "keras.src.ops.math.Logsumexp",
  promote: "float",
  decompose: (x, { axis, keepdims }) => {
    // Of nothing: log(0).
    if (axis.some((a) => x.shape[a] === 0)) return log(sum(exp(x), { axis, keepdims }));
    const largest = stopGradient(max(x, { axis, keepdims: true }));
    const shift = where(isfinite(largest), largest, 0);
    const result = add(log(sum(exp(subtract(x, shift)), { axis, keepdims: true })), shift);
    return reshape(result, reducedShape(x.shape, axis, keepdims));
  },
  vjp: ({ inputs: [x], outputs: [y], attrs: { axis }, grads: [g] }) => {
    const along = (t: Tensor): Tensor => withReducedAxes(t, x!.shape, axis);
    return [multiply(along(g!), exp(subtract(x!, along(y!))))];
  },
});

/**
 * The logarithm of the sum of exponentials, without overflow.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @param options - `axis` (default: all) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.logsumexp([1000, 0]).item()); // 1000
 * ```
 */
export function logsumexp(x: KerasTensor, options?: ReduceArg): KerasTensor;
export function logsumexp(x: TensorLike, options?: ReduceArg): Tensor;
export function logsumexp(x: Other, options?: ReduceArg): Tensor | KerasTensor {
  return reduce(logsumexpOp, x, options);
}

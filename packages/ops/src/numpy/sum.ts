import { defineReduce, reduce, widened, type ReduceArg, type ReduceOp } from "../define/reduce.ts";
import { spreadOver } from "../define/restore-axes.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const sumOp: ReduceOp = defineReduce({
  name: "sum",
  keras: "keras.src.ops.numpy.Sum",
  promote: (inputs) => widened(inputs),
  vjp: ({ inputs: [x], attrs, grads: [g] }) => [spreadOver(g!, x!.shape, attrs.axis)],
});

/**
 * The sum over axes. Integers of fewer than 32 bits and booleans give 32-bit integers.
 *
 * @param x - Any shape and numeric dtype.
 * @param options - `axis` (default: all) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.sum([[1, 2], [3, 4]], { axis: 0 }).array()); // [4, 6]
 * ```
 */
export function sum(x: KerasTensor, options?: ReduceArg): KerasTensor;
export function sum(x: TensorLike, options?: ReduceArg): Tensor;
export function sum(x: Other, options?: ReduceArg): Tensor | KerasTensor {
  return reduce(sumOp, x, options);
}

import { defineReduce, reduce, type ReduceArg, type ReduceOp } from "../define/reduce.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const anyOp: ReduceOp = defineReduce({
  name: "any",
  keras: "keras.src.ops.numpy.Any",
  promote: "bool",
  vjp: null,
});

/**
 * Whether any element is true.
 *
 * @param x - Any shape; numbers count as true unless they are 0.
 * @param options - `axis` (default: all) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.any([[true, false], [false, false]], 1).array()); // [true, false]
 * ```
 */
export function any(x: KerasTensor, options?: ReduceArg): KerasTensor;
export function any(x: TensorLike, options?: ReduceArg): Tensor;
export function any(x: Other, options?: ReduceArg): Tensor | KerasTensor {
  return reduce(anyOp, x, options);
}

import { defineReduce, reduce, type ReduceArg, type ReduceOp } from "../define/reduce.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const allOp: ReduceOp = defineReduce({
  name: "all",
  keras: "keras.src.ops.numpy.All",
  promote: "bool",
  vjp: null,
});

/**
 * Whether all elements are true.
 *
 * @param x - Any shape; numbers count as true unless they are 0.
 * @param options - `axis` (default: all) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.all([[true, true], [true, false]], 1).array()); // [true, false]
 * ```
 */
export function all(x: KerasTensor, options?: ReduceArg): KerasTensor;
export function all(x: TensorLike, options?: ReduceArg): Tensor;
export function all(x: Other, options?: ReduceArg): Tensor | KerasTensor {
  return reduce(allOp, x, options);
}

import { withoutNan } from "../define/nan.ts";
import { defineReduce, reduce, widened, type ReduceArg, type ReduceOp } from "../define/reduce.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { prod } from "./prod.ts";

export const nanprodOp: ReduceOp = defineReduce({
  name: "nanprod",
  keras: "keras.src.ops.numpy.Nanprod",
  promote: (inputs) => widened(inputs),
  decompose: (x, attrs) => prod(withoutNan(x, 1), attrs),
});

/**
 * The product over axes of the elements that are not NaN.
 *
 * @param x - Any shape and numeric dtype.
 * @param options - `axis` (default: all) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.nanprod([1, NaN, 3]).item()); // 3
 * ```
 */
export function nanprod(x: KerasTensor, options?: ReduceArg): KerasTensor;
export function nanprod(x: TensorLike, options?: ReduceArg): Tensor;
export function nanprod(x: Other, options?: ReduceArg): Tensor | KerasTensor {
  return reduce(nanprodOp, x, options);
}

import { notComplex } from "../define/kinds.ts";
import { defineReduce, reduce, type ReduceArg, type ReduceOp } from "../define/reduce.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { nanvar } from "./nanvar.ts";
import { sqrt } from "./sqrt.ts";

export const nanstdOp: ReduceOp = defineReduce({
  name: "nanstd",
  keras: "keras.src.ops.numpy.Nanstd",
  promote: "float",
  result: (dtype) => notComplex(dtype, "nanstd"),
  decompose: (x, attrs) => sqrt(nanvar(x, attrs)),
});

/**
 * The standard deviation over axes of the elements that are not NaN; NaN where all are.
 *
 * @param x - Any shape and numeric dtype.
 * @param options - `axis` (default: all) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.nanstd([1, NaN, 3]).item()); // 1
 * ```
 */
export function nanstd(x: KerasTensor, options?: ReduceArg): KerasTensor;
export function nanstd(x: TensorLike, options?: ReduceArg): Tensor;
export function nanstd(x: Other, options?: ReduceArg): Tensor | KerasTensor {
  return reduce(nanstdOp, x, options);
}

import { notComplex } from "../define/kinds.ts";
import { countOfNumbers } from "../define/nan.ts";
import { defineReduce, reduce, type ReduceArg, type ReduceOp } from "../define/reduce.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { divide } from "./divide.ts";
import { isnan } from "./isnan.ts";
import { multiply } from "./multiply.ts";
import { nanmean } from "./nanmean.ts";
import { subtract } from "./subtract.ts";
import { sum } from "./sum.ts";
import { where } from "./where.ts";

export const nanvarOp: ReduceOp = defineReduce({
  name: "nanvar",
  keras: "keras.src.ops.numpy.Nanvar",
  promote: "float",
  result: (dtype) => notComplex(dtype, "nanvar"),
  decompose: (x, { axis, keepdims }) => {
    const centered = where(isnan(x), 0, subtract(x, nanmean(x, { axis, keepdims: true })));
    return divide(sum(multiply(centered, centered), { axis, keepdims }), countOfNumbers(x, { axis, keepdims }));
  },
});

/**
 * The variance over axes of the elements that are not NaN; NaN where all are.
 *
 * @param x - Any shape and numeric dtype.
 * @param options - `axis` (default: all) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.nanvar([1, NaN, 3]).item()); // 1
 * ```
 */
export function nanvar(x: KerasTensor, options?: ReduceArg): KerasTensor;
export function nanvar(x: TensorLike, options?: ReduceArg): Tensor;
export function nanvar(x: Other, options?: ReduceArg): Tensor | KerasTensor {
  return reduce(nanvarOp, x, options);
}

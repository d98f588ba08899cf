import { notComplex } from "../define/kinds.ts";
import { defineReduce, reduce, type ReduceArg, type ReduceOp } from "../define/reduce.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { nanquantile, quantile } from "./quantile.ts";

export const medianOp: ReduceOp = defineReduce({
  name: "median",
  keras: "keras.src.ops.numpy.Median",
  promote: "float",
  result: (dtype) => notComplex(dtype, "median"),
  decompose: (x, attrs) => quantile(x, 0.5, attrs),
});

/**
 * The median over axes: the middle element in order, or the mean of the two in the middle. NaN makes it NaN.
 *
 * @param x - Any shape and real dtype; integers and booleans become floatx.
 * @param options - `axis` (default: all) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.median([3, 1, 2]).item()); // 2
 * ```
 */
export function median(x: KerasTensor, options?: ReduceArg): KerasTensor;
export function median(x: TensorLike, options?: ReduceArg): Tensor;
export function median(x: Other, options?: ReduceArg): Tensor | KerasTensor {
  return reduce(medianOp, x, options);
}

export const nanmedianOp: ReduceOp = defineReduce({
  name: "nanmedian",
  keras: "keras.src.ops.numpy.Nanmedian",
  promote: "float",
  result: (dtype) => notComplex(dtype, "nanmedian"),
  decompose: (x, attrs) => nanquantile(x, 0.5, attrs),
});

/**
 * The median over axes of the elements that are not NaN.
 *
 * @param x - Any shape and real dtype; integers and booleans become floatx.
 * @param options - `axis` (default: all) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.nanmedian([3, 1, NaN, 2]).item()); // 2
 * ```
 */
export function nanmedian(x: KerasTensor, options?: ReduceArg): KerasTensor;
export function nanmedian(x: TensorLike, options?: ReduceArg): Tensor;
export function nanmedian(x: Other, options?: ReduceArg): Tensor | KerasTensor {
  return reduce(nanmedianOp, x, options);
}

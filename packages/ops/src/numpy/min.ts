import { defineExtremum, defineExtremumFrom, extremum, type ExtremumArg } from "../define/extremum.ts";
import { reduce, type ReduceArg, type ReduceOp } from "../define/reduce.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { minimum } from "./minimum.ts";

export const minOp: ReduceOp = defineExtremum("min", "keras.src.ops.numpy.Min");

export const minFromOp: ReduceOp = defineExtremumFrom("min_from", "keras.src.ops.numpy.Min", () => [minOp, minimum]);

/**
 * The smallest element over axes; NaN where there is one.
 *
 * @param x - Any shape and numeric dtype, or booleans.
 * @param options - `axis` (default: all), `keepdims`, and `initial`, above which the result does not rise; or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @throws {ShapeError} when there is nothing to choose from and no `initial`.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.min([[1, 5], [3, 4]], { axis: 1 }).array()); // [1, 3]
 * ```
 */
export function min(x: KerasTensor, options?: ExtremumArg): KerasTensor;
export function min(x: TensorLike, options?: ExtremumArg): Tensor;
export function min(x: Other, options?: ExtremumArg): Tensor | KerasTensor {
  return extremum(minOp, minFromOp, x, options);
}

/**
 * As `min`, without an initial value.
 *
 * @param x - Any shape and numeric dtype, or booleans.
 * @param options - `axis` (default: all) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @throws {ShapeError} when there is nothing to choose from.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.amin([[1, 5], [3, 4]], { axis: 1 }).array()); // [1, 3]
 * ```
 */
export function amin(x: KerasTensor, options?: ReduceArg): KerasTensor;
export function amin(x: TensorLike, options?: ReduceArg): Tensor;
export function amin(x: Other, options?: ReduceArg): Tensor | KerasTensor {
  return reduce(minOp, x, options);
}

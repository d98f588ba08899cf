import { defineExtremum, defineExtremumFrom, extremum, type ExtremumArg } from "../define/extremum.ts";
import { reduce, type ReduceArg, type ReduceOp } from "../define/reduce.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { maximum } from "./maximum.ts";

export const maxOp: ReduceOp = defineExtremum("max", "keras.src.ops.numpy.Max");

export const maxFromOp: ReduceOp = defineExtremumFrom("max_from", "keras.src.ops.numpy.Max", () => [maxOp, maximum]);

/**
 * The largest element over axes; NaN where there is one.
 *
 * @param x - Any shape and numeric dtype, or booleans.
 * @param options - `axis` (default: all), `keepdims`, and `initial`, below which the result does not fall; or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @throws {ShapeError} when there is nothing to choose from and no `initial`.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.max([[1, 5], [3, 4]], { axis: 1 }).array()); // [5, 4]
 * ```
 */
export function max(x: KerasTensor, options?: ExtremumArg): KerasTensor;
export function max(x: TensorLike, options?: ExtremumArg): Tensor;
export function max(x: Other, options?: ExtremumArg): Tensor | KerasTensor {
  return extremum(maxOp, maxFromOp, x, options);
}

/**
 * As `max`, without an initial value.
 *
 * @param x - Any shape and numeric dtype, or booleans.
 * @param options - `axis` (default: all) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @throws {ShapeError} when there is nothing to choose from.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.amax([[1, 5], [3, 4]], { axis: 1 }).array()); // [5, 4]
 * ```
 */
export function amax(x: KerasTensor, options?: ReduceArg): KerasTensor;
export function amax(x: TensorLike, options?: ReduceArg): Tensor;
export function amax(x: Other, options?: ReduceArg): Tensor | KerasTensor {
  return reduce(maxOp, x, options);
}

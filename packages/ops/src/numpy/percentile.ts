import { resolveOptions } from "../define/options.ts";
import { applyQuantile, defineQuantile, type QuantileOp, type QuantileOptions } from "../define/quantile.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

type QuantileArg = QuantileOptions | number | readonly number[];

export const percentileOp: QuantileOp = defineQuantile("percentile", "keras.src.ops.numpy.Percentile", 100, false);

/**
 * Percentiles over axes: the values below which `q` percent of the elements lie. NaN makes them NaN.
 *
 * @param x - Any shape and real dtype; integers and booleans become floatx.
 * @param q - The places, from 0 to 100: a scalar, or a vector whose axis then comes first in the result.
 * @param options - `axis` (default: all), `method`, `keepdims`; or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or the method is unknown.
 * @throws {ShapeError} when `q` has more than one axis.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.percentile([1, 2, 3, 4, 5], 25).item()); // 2
 * ```
 */
export function percentile(x: KerasTensor, q: Other, options?: QuantileArg): KerasTensor;
export function percentile(x: Other, q: KerasTensor, options?: QuantileArg): KerasTensor;
export function percentile(x: TensorLike, q: TensorLike, options?: QuantileArg): Tensor;
export function percentile(x: Other, q: Other, options?: QuantileArg): Tensor | KerasTensor {
  return applyQuantile(percentileOp, x, q, resolveOptions<QuantileOptions>(options));
}

export const nanpercentileOp: QuantileOp = defineQuantile(
  "nanpercentile",
  "keras.src.ops.numpy.Nanpercentile",
  100,
  true,
);

/**
 * Percentiles over axes of the elements that are not NaN.
 *
 * @param x - Any shape and real dtype; integers and booleans become floatx.
 * @param q - The places, from 0 to 100: a scalar, or a vector whose axis then comes first in the result.
 * @param options - `axis` (default: all), `method`, `keepdims`; or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or the method is unknown.
 * @throws {ShapeError} when `q` has more than one axis.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.nanpercentile([1, 2, NaN, 3], 50).item()); // 2
 * ```
 */
export function nanpercentile(x: KerasTensor, q: Other, options?: QuantileArg): KerasTensor;
export function nanpercentile(x: Other, q: KerasTensor, options?: QuantileArg): KerasTensor;
export function nanpercentile(x: TensorLike, q: TensorLike, options?: QuantileArg): Tensor;
export function nanpercentile(x: Other, q: Other, options?: QuantileArg): Tensor | KerasTensor {
  return applyQuantile(nanpercentileOp, x, q, resolveOptions<QuantileOptions>(options));
}

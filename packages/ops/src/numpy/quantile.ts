import { resolveOptions } from "../define/options.ts";
import { applyQuantile, defineQuantile, type QuantileOp, type QuantileOptions } from "../define/quantile.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

type QuantileArg = QuantileOptions | number | readonly number[];

export const quantileOp: QuantileOp = defineQuantile("quantile", "keras.src.ops.numpy.Quantile", 1, false);

/**
 * Quantiles over axes: the values below which a part `q` of the elements lies. NaN makes them NaN.
 *
 * @param x - Any shape and real dtype; integers and booleans become floatx.
 * @param q - The places, from 0 to 1: a scalar, or a vector whose axis then comes first in the result.
 * @param options - `axis` (default: all), `method`, `keepdims`; or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or the method is unknown.
 * @throws {ShapeError} when `q` has more than one axis.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.quantile([1, 2, 3, 4, 5], 0.25).item()); // 2
 * ```
 */
export function quantile(x: KerasTensor, q: Other, options?: QuantileArg): KerasTensor;
export function quantile(x: Other, q: KerasTensor, options?: QuantileArg): KerasTensor;
export function quantile(x: TensorLike, q: TensorLike, options?: QuantileArg): Tensor;
export function quantile(x: Other, q: Other, options?: QuantileArg): Tensor | KerasTensor {
  return applyQuantile(quantileOp, x, q, resolveOptions<QuantileOptions>(options));
}

export const nanquantileOp: QuantileOp = defineQuantile("nanquantile", "keras.src.ops.numpy.Nanquantile", 1, true);

/**
 * Quantiles over axes of the elements that are not NaN.
 *
 * @param x - Any shape and real dtype; integers and booleans become floatx.
 * @param q - The places, from 0 to 1: a scalar, or a vector whose axis then comes first in the result.
 * @param options - `axis` (default: all), `method`, `keepdims`; or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or the method is unknown.
 * @throws {ShapeError} when `q` has more than one axis.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.nanquantile([1, 2, NaN, 3], 0.5).item()); // 2
 * ```
 */
export function nanquantile(x: KerasTensor, q: Other, options?: QuantileArg): KerasTensor;
export function nanquantile(x: Other, q: KerasTensor, options?: QuantileArg): KerasTensor;
export function nanquantile(x: TensorLike, q: TensorLike, options?: QuantileArg): Tensor;
export function nanquantile(x: Other, q: Other, options?: QuantileArg): Tensor | KerasTensor {
  return applyQuantile(nanquantileOp, x, q, resolveOptions<QuantileOptions>(options));
}

import { resolveOptions } from "../define/options.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, normalizeAxes, reducedShape, unify } from "../shape.ts";
import type { Shape } from "../dim.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { divide } from "./divide.ts";
import { mean } from "./mean.ts";
import { multiply } from "./multiply.ts";
import { reshape } from "./reshape.ts";
import { broadcastTo } from "./broadcast-to.ts";
import { sum } from "./sum.ts";

interface AverageAttrs {
  readonly [key: string]: unknown;
  readonly axis: number | readonly number[] | null;
}

export const averageOp: OpDef<AverageAttrs> = defineOp<AverageAttrs>({
  name: "average",
  keras: "keras.src.ops.numpy.Average",
  promote: "float",
  infer: ([x, weights], { axis }) => {
    const axes = normalizeAxes(axis, x!.shape.length, "average");
    if (weights) weightShape(x!.shape, weights.shape, axes);
    return [{ shape: reducedShape(x!.shape, axes, false), dtype: x!.dtype }];
  },
  decompose: ([x, weights], { axis }) => {
    if (!weights) return [mean(x!, { axis })];
    const axes = normalizeAxes(axis, x!.ndim, "average");
    const all = broadcastTo(reshape(weights, weightShape(x!.shape, weights.shape, axes)), x!.shape);
    return [divide(sum(multiply(x!, all), { axis: axes }), sum(all, { axis: axes }))];
  },
});

/** The shape in which weights broadcast with what they weigh. */
function weightShape(shape: Shape, weights: Shape, axes: readonly number[]): Shape {
  const same = weights.length === shape.length && weights.every((d, i) => unify(d, shape[i]!) !== null);
  if (same) return weights;
  if (weights.length === 1 && axes.length === 1 && unify(weights[0]!, shape[axes[0]!]!) !== null) {
    return shape.map((_, i) => (i === axes[0] ? weights[0]! : 1));
  }
  throw new ShapeError(
    `weights of shape ${formatShape(weights)} must have the shape ${formatShape(shape)} of what they weigh, or be a vector along the one axis`,
    { op: "average" },
  );
}

/** Options of `average`. */
export interface AverageOptions {
  /** The axis or axes to reduce; default (and `null`): all. */
  readonly axis?: number | readonly number[] | null | undefined;
  /** Of the shape of `x`, or a vector along the one axis; default: all equal. */
  readonly weights?: Other | null | undefined;
}

/**
 * The weighted mean over axes.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @param options - `axis` and `weights`, or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @throws {ShapeError} when the weights do not fit.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.average([1, 2, 4], { weights: [1, 1, 2] }).item()); // 2.75
 * ```
 */
export function average(x: KerasTensor, options?: AverageOptions | number | readonly number[]): KerasTensor;
export function average(x: TensorLike, options?: AverageOptions | number | readonly number[]): Tensor;
export function average(x: Other, options?: AverageOptions | number | readonly number[]): Tensor | KerasTensor {
  const { axis = null, weights = null } = resolveOptions<AverageOptions>(options);
  return apply(averageOp, weights === null ? [x] : [x, weights], { axis })[0]!;
}

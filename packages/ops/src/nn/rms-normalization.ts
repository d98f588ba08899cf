import { asDType } from "../define/as-dtype.ts";
import { unbroadcast } from "../define/unbroadcast.ts";
import { resultType } from "../dtype.ts";
import { apply } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { mean } from "../numpy/mean.ts";
import { multiply } from "../numpy/multiply.ts";
import { reshape } from "../numpy/reshape.ts";
import { rsqrt } from "../numpy/rsqrt.ts";
import { square } from "../numpy/square.ts";
import { subtract } from "../numpy/subtract.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { runtime } from "../runtime.ts";
import { broadcastShapes, normalizeAxes, sameShape } from "../shape.ts";
import { ShapeError } from "../errors.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { computeWide } from "./layer-normalization.ts";

/** Attributes as given; the scale, if there is one, follows x. */
interface GivenRmsNorm extends Readonly<Record<string, unknown>> {
  readonly axis: number | readonly number[];
  readonly epsilon: number;
}

/** The same with axes counted from 0. */
interface RmsNormAttrs extends GivenRmsNorm {
  readonly axis: readonly number[];
}

/** A scalar counts as a vector of one element. */
const atLeastVector = (shape: readonly number[]): readonly number[] => (shape.length === 0 ? [1] : shape);

export const rmsNormalizationOp: OpDef<RmsNormAttrs, GivenRmsNorm> = defineOp<RmsNormAttrs, GivenRmsNorm>({
  name: "rms_normalization",
  keras: "keras.src.ops.nn.RMSNorm",
  promote: computeWide,
  resolve: ([x], given) => ({
    ...given,
    axis: normalizeAxes(given.axis, Math.max(x!.shape.length, 1), "rms_normalization"),
  }),
  infer: ([x, scale]) => {
    const shape = atLeastVector(x!.shape as readonly number[]);
    if (scale && !sameShape(broadcastShapes([shape, scale.shape], "rms_normalization"), shape)) {
      throw new ShapeError("the scale has more axes or larger ones than x", { op: "rms_normalization" });
    }
    return [{ shape, dtype: x!.dtype }];
  },
  decompose: ([x, scale], attrs) => {
    const { wide, inverse } = statistics(x!, attrs);
    const normal = multiply(wide, inverse);
    return [asDType(scale ? multiply(normal, scale) : normal, x!.dtype)];
  },
  vjp: ({ inputs: [x, scale], attrs, grads: [g], needs }) => {
    const { wide, inverse } = statistics(x!, attrs);
    const flow = asDType(g!, wide.dtype);
    const normal = multiply(wide, inverse);
    const inner = scale ? multiply(flow, scale) : flow;
    const dx = (): Tensor =>
      multiply(
        inverse,
        subtract(inner, multiply(normal, mean(multiply(inner, normal), { axis: attrs.axis, keepdims: true }))),
      );
    return [
      needs(0) ? reshape(asDType(dx(), x!.dtype), x!.shape) : null,
      ...(scale ? [needs(1) ? unbroadcast(multiply(flow, normal), scale.shape) : null] : []),
    ];
  },
});

function statistics(x: Tensor, { axis, epsilon }: RmsNormAttrs): { wide: Tensor; inverse: Tensor } {
  const wide = asDType(reshape(x, atLeastVector(x.shape)), resultType(x.dtype, "float32"));
  return { wide, inverse: rsqrt(add(mean(square(wide), { axis, keepdims: true }), epsilon)) };
}

/** Options of {@link rmsNormalization}. */
export interface RmsNormalizationOptions<T> {
  /** The normalized values are multiplied by it; it broadcasts to x. */
  readonly scale?: T | null | undefined;
  /** Axis or axes to normalize over; default -1. */
  readonly axis?: number | readonly number[] | undefined;
  /** Keeps the division finite; default `config.epsilon()`. */
  readonly epsilon?: number | null | undefined;
}

/**
 * Divides every sample by its root mean square over some axes, then scales. Half types are computed in float32; the dtype of x is kept.
 *
 * Source: Zhang and Sennrich, Root Mean Square Layer Normalization (2019).
 *
 * @param x - Any shape; a scalar gives a vector of one element.
 * @throws {ShapeError} when the scale does not broadcast to x.
 * @throws {ArgumentError} when an axis is out of range.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.rmsNormalization([[3, -3]]).array()); // about [[1, -1]]
 * ```
 */
export function rmsNormalization(x: KerasTensor, options?: RmsNormalizationOptions<Other>): KerasTensor;
export function rmsNormalization(x: TensorLike, options?: RmsNormalizationOptions<TensorLike>): Tensor;
export function rmsNormalization(x: Other, options: RmsNormalizationOptions<Other> = {}): Tensor | KerasTensor {
  const { scale = null, axis = -1 } = options;
  return apply(rmsNormalizationOp, [x, ...(scale === null ? [] : [scale])], {
    axis,
    epsilon: options.epsilon ?? runtime().config.epsilon,
  })[0]!;
}

import { asDType } from "../define/as-dtype.ts";
import { unbroadcast } from "../define/unbroadcast.ts";
import type { Shape } from "../dim.ts";
import { resultType, type DType } from "../dtype.ts";
import { ArgumentError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { mean } from "../numpy/mean.ts";
import { multiply } from "../numpy/multiply.ts";
import { reshape } from "../numpy/reshape.ts";
import { rsqrt } from "../numpy/rsqrt.ts";
import { square } from "../numpy/square.ts";
import { subtract } from "../numpy/subtract.ts";
import { defineOp, type OpDef, type OperandSpec } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { runtime } from "../runtime.ts";
import { broadcastShapes, normalizeAxes, type Spec } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

/** Attributes as given; the operands that are there follow x. */
interface GivenLayerNorm extends Readonly<Record<string, unknown>> {
  readonly axis: number | readonly number[];
  readonly epsilon: number;
  readonly hasGamma: boolean;
  readonly hasBeta: boolean;
}

/** The same with axes counted from 0. */
interface LayerNormAttrs extends GivenLayerNorm {
  readonly axis: readonly number[];
}

/** x keeps its dtype, weights take the one it is computed in: at least float32. @internal */
export function computeWide(inputs: readonly OperandSpec[]): readonly DType[] {
  const own = resultType(inputs[0]!.dtype);
  return inputs.map((_, i) => (i === 0 ? own : resultType(own, "float32")));
}

/** A weight with the axes of x: as it is if it has as many, else its sizes stand at the normalized axes. @internal */
export function weightShape(weight: Spec, x: Spec, axis: readonly number[]): Shape {
  if (weight.shape.length === x.shape.length || weight.shape.length === 0) return weight.shape;
  const last = axis.every((a, i) => a === x.shape.length - axis.length + i);
  return last ? weight.shape : x.shape.map((d, i) => (axis.includes(i) ? d : 1));
}

export const layerNormalizationOp: OpDef<LayerNormAttrs, GivenLayerNorm> = defineOp<LayerNormAttrs, GivenLayerNorm>({
  name: "layer_normalization",
  keras: "keras.src.ops.nn.LayerNorm",
  promote: computeWide,
  resolve: ([x], given) => ({ ...given, axis: normalizeAxes(given.axis, x!.shape.length, "layer_normalization") }),
  infer: ([x, ...weights], { axis }) => {
    broadcastShapes([x!.shape, ...weights.map((w) => weightShape(w, x!, axis))], "layer_normalization");
    return [x!];
  },
  decompose: ([x, ...weights], attrs) => {
    const { gamma, beta } = weightsOf(x!, weights, attrs);
    const { centered, inverse } = statistics(x!, attrs);
    const normal = multiply(centered, inverse);
    const scaled = gamma ? multiply(normal, gamma) : normal;
    return [asDType(beta ? add(scaled, beta) : scaled, x!.dtype)];
  },
  vjp: ({ inputs: [x, ...weights], attrs, grads: [g], needs }) => {
    const { gamma } = weightsOf(x!, weights, attrs);
    const { centered, inverse } = statistics(x!, attrs);
    const flow = asDType(g!, centered.dtype);
    const normal = multiply(centered, inverse);
    const back = (y: Tensor, weight: Tensor): Tensor =>
      reshape(unbroadcast(y, weightShape(weight, x!, attrs.axis)), weight.shape);
    const along = (y: Tensor): Tensor => mean(y, { axis: attrs.axis, keepdims: true });
    const inner = gamma ? multiply(flow, gamma) : flow;
    const dx = (): Tensor =>
      multiply(inverse, subtract(subtract(inner, along(inner)), multiply(normal, along(multiply(inner, normal)))));
    return [
      needs(0) ? asDType(dx(), x!.dtype) : null,
      ...(attrs.hasGamma ? [needs(1) ? back(multiply(flow, normal), weights[0]!) : null] : []),
      ...(attrs.hasBeta ? [needs(weights.length) ? back(flow, weights.at(-1)!) : null] : []),
    ];
  },
});

function weightsOf(
  x: Tensor,
  weights: readonly Tensor[],
  { axis, hasGamma, hasBeta }: LayerNormAttrs,
): { gamma: Tensor | null; beta: Tensor | null } {
  const [gamma, beta] = [hasGamma ? weights[0]! : null, hasBeta ? weights.at(-1)! : null].map(
    (w) => w && reshape(w, weightShape(w, x, axis)),
  );
  return { gamma: gamma!, beta: beta! };
}

/** The distance from the mean, and one over the standard deviation. */
function statistics(x: Tensor, { axis, epsilon }: LayerNormAttrs): { centered: Tensor; inverse: Tensor } {
  const wide = asDType(x, resultType(x.dtype, "float32"));
  const centered = subtract(wide, mean(wide, { axis, keepdims: true }));
  const variance = mean(square(centered), { axis, keepdims: true });
  return { centered, inverse: rsqrt(add(variance, epsilon)) };
}

/** Options of {@link layerNormalization}. */
export interface LayerNormalizationOptions<T> {
  /** The normalized values are multiplied by it; its sizes are those of the axes. */
  readonly gamma?: T | null | undefined;
  /** Added at the end; its sizes are those of the axes. */
  readonly beta?: T | null | undefined;
  /** Axis or axes to normalize over; default -1. */
  readonly axis?: number | readonly number[] | undefined;
  /** Keeps the division finite; default `config.epsilon()`. */
  readonly epsilon?: number | null | undefined;
}

/**
 * Normalizes every sample to mean 0 and variance 1 over some axes, then scales and shifts. Half types are computed in float32; the
 * dtype of x is kept.
 *
 * Source: Ba et al., Layer Normalization (2016).
 *
 * @param x - Any shape but a scalar.
 * @throws {ShapeError} when a weight does not fit the axes.
 * @throws {ArgumentError} when an axis is out of range.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.layerNormalization([[1, 3]]).array()); // about [[-1, 1]]
 * ```
 */
export function layerNormalization(x: KerasTensor, options?: LayerNormalizationOptions<Other>): KerasTensor;
export function layerNormalization(x: TensorLike, options?: LayerNormalizationOptions<TensorLike>): Tensor;
export function layerNormalization(x: Other, options: LayerNormalizationOptions<Other> = {}): Tensor | KerasTensor {
  const { gamma = null, beta = null, axis = -1 } = options;
  if (axis === null) throw new ArgumentError("the axis must be a number or several", { op: "layer_normalization" });
  const epsilon = options.epsilon ?? runtime().config.epsilon;
  const inputs = [x, ...(gamma === null ? [] : [gamma]), ...(beta === null ? [] : [beta])];
  return apply(layerNormalizationOp, inputs, { axis, epsilon, hasGamma: gamma !== null, hasBeta: beta !== null })[0]!;
}

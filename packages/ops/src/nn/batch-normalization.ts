import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { multiply } from "../numpy/multiply.ts";
import { negative } from "../numpy/negative.ts";
import { reshape } from "../numpy/reshape.ts";
import { rsqrt } from "../numpy/rsqrt.ts";
import { subtract } from "../numpy/subtract.ts";
import { sum } from "../numpy/sum.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, normalizeAxis, sameShape, type Spec } from "../shape.ts";
import { unify } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

/** Attributes of {@link batchNormalizationOp}; the operands that are there follow x, mean and variance. */
interface BatchNormAttrs extends Readonly<Record<string, unknown>> {
  readonly axis: number;
  readonly epsilon: number;
  readonly hasOffset: boolean;
  readonly hasScale: boolean;
}

/** The operands by name. */
function named<T>(
  [x, mean, variance, ...rest]: readonly T[],
  { hasOffset, hasScale }: BatchNormAttrs,
): Record<"x" | "mean" | "variance", T> & { offset: T | null; scale: T | null } {
  return {
    x: x!,
    mean: mean!,
    variance: variance!,
    offset: hasOffset ? rest[0]! : null,
    scale: hasScale ? rest.at(-1)! : null,
  };
}

export const batchNormalizationOp: OpDef<BatchNormAttrs> = defineOp<BatchNormAttrs>({
  name: "batch_normalization",
  keras: "keras.src.ops.nn.BatchNorm",
  promote: "float",
  resolve: ([x], given) => ({ ...given, axis: normalizeAxis(given.axis, x!.shape.length, "batch_normalization") }),
  infer: (inputs, attrs) => {
    const { x, ...others } = named(inputs, attrs);
    const size = x.shape[attrs.axis]!;
    for (const [name, vector] of Object.entries(others)) {
      if (vector && (vector.shape.length !== 1 || unify(vector.shape[0]!, size) === null)) {
        throw new ShapeError(
          `the ${name} must be a vector of length ${String(size)}, as axis ${attrs.axis} of ${formatShape(x.shape)}; got ${formatShape(vector.shape)}`,
          {
            op: "batch_normalization",
          },
        );
      }
    }
    return [x];
  },
  decompose: (inputs, attrs) => {
    const { x, mean, variance, offset, scale } = named(inputs, attrs);
    const along = (v: Tensor): Tensor => spread(v, x, attrs.axis);
    const factor = along(scaled(rsqrt(add(variance, attrs.epsilon)), scale));
    const shift = multiply(negative(along(mean)), factor);
    return [add(multiply(x, factor), offset ? add(shift, along(offset)) : shift)];
  },
  vjp: ({ inputs, attrs, grads: [g], needs }) => {
    const { x, mean, variance, scale } = named(inputs, attrs);
    const axes = [...x.shape.keys()].filter((i) => i !== attrs.axis);
    const total = (y: Tensor): Tensor => sum(y, { axis: axes });
    const inverse = rsqrt(add(variance, attrs.epsilon));
    const factor = scaled(inverse, scale);
    const last = inputs.length - 1;
    const later = needs(1) || (attrs.hasOffset && needs(3)) ? total(g!) : null;
    // The sum over g · (x - mean): what both the variance and the scale see.
    const product =
      needs(2) || (attrs.hasScale && needs(last))
        ? total(multiply(g!, subtract(x, spread(mean, x, attrs.axis))))
        : null;
    return [
      needs(0) ? multiply(g!, spread(factor, x, attrs.axis)) : null,
      needs(1) ? negative(multiply(later!, factor)) : null,
      needs(2) ? multiply(multiply(product!, factor), multiply(multiply(inverse, inverse), -0.5)) : null,
      ...(attrs.hasOffset ? [later] : []),
      ...(attrs.hasScale ? [needs(last) ? multiply(product!, inverse) : null] : []),
    ];
  },
});

function scaled(inverse: Tensor, scale: Tensor | null): Tensor {
  return scale ? multiply(inverse, scale) : inverse;
}

/** A vector as an axis of x. */
function spread(v: Tensor, x: Spec, axis: number): Tensor {
  const shape = x.shape.map((_, i) => (i === axis ? v.shape[0]! : 1));
  return sameShape(v.shape, shape) ? v : reshape(v, shape);
}

/** Options of {@link batchNormalization}. */
export interface BatchNormalizationOptions<T> {
  /** Added at the end; a vector as long as the axis. */
  readonly offset?: T | null | undefined;
  /** The normalized values are multiplied by it; a vector as long as the axis. */
  readonly scale?: T | null | undefined;
  /** Keeps the division finite; default 1e-3. */
  readonly epsilon?: number | undefined;
}

/**
 * Normalizes by a given mean and variance: (x - mean) / sqrt(variance + epsilon) · scale + offset.
 *
 * Source: Ioffe and Szegedy, Batch Normalization (2015).
 *
 * @param x - Any shape but a scalar.
 * @param mean - A vector as long as the axis.
 * @param variance - A vector as long as the axis.
 * @param axis - The axis to which the vectors belong, usually that of the channels.
 * @throws {ShapeError} when a vector is not as long as the axis.
 * @throws {ArgumentError} when the axis is out of range.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const y = ops.batchNormalization([[1], [3]], [2], [1], -1, { epsilon: 0 });
 * console.log(await y.array()); // [[-1], [1]]
 * ```
 */
export function batchNormalization(
  x: KerasTensor,
  mean: Other,
  variance: Other,
  axis: number,
  options?: BatchNormalizationOptions<Other>,
): KerasTensor;
export function batchNormalization(
  x: TensorLike,
  mean: TensorLike,
  variance: TensorLike,
  axis: number,
  options?: BatchNormalizationOptions<TensorLike>,
): Tensor;
export function batchNormalization(
  x: Other,
  mean: Other,
  variance: Other,
  axis: number,
  options: BatchNormalizationOptions<Other> = {},
): Tensor | KerasTensor {
  const { offset = null, scale = null, epsilon = 1e-3 } = options;
  const inputs = [x, mean, variance, ...(offset === null ? [] : [offset]), ...(scale === null ? [] : [scale])];
  return apply(batchNormalizationOp, inputs, {
    axis,
    epsilon,
    hasOffset: offset !== null,
    hasScale: scale !== null,
  })[0]!;
}

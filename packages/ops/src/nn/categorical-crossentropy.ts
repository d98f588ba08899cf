import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { clip } from "../numpy/clip.ts";
import { greater, less } from "../numpy/compare.ts";
import { divide } from "../numpy/divide.ts";
import { expandDims } from "../numpy/expand-dims.ts";
import { log } from "../numpy/log.ts";
import { logicalAnd } from "../numpy/logical.ts";
import { multiply } from "../numpy/multiply.ts";
import { negative } from "../numpy/negative.ts";
import { subtract } from "../numpy/subtract.ts";
import { sum } from "../numpy/sum.ts";
import { where } from "../numpy/where.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { runtime } from "../runtime.ts";
import { normalizeAxis, reducedShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { checkSameShape, type CrossentropyAttrs } from "./binary-crossentropy.ts";
import { logSoftmax } from "./log-softmax.ts";
import { softmax } from "./softmax.ts";

/** Attributes of the cross-entropies over classes. @internal */
export interface ClassCrossentropyAttrs extends CrossentropyAttrs {
  /** Axis of the classes. */
  readonly axis: number;
}

/** Logarithms of the predicted probabilities. @internal */
export function logProbabilities(output: Tensor, { fromLogits, axis, epsilon }: ClassCrossentropyAttrs): Tensor {
  if (fromLogits) return logSoftmax(output, { axis });
  const p = divide(output, sum(output, { axis, keepdims: true }));
  return log(clip(p, epsilon, 1 - epsilon));
}

/** Cotangent of the output of -sum(target · logProbabilities), given that of the sum. @internal */
export function crossentropyGradient(
  g: Tensor,
  target: Tensor,
  output: Tensor,
  { fromLogits, axis, epsilon }: ClassCrossentropyAttrs,
): Tensor {
  const along = (x: Tensor): Tensor => sum(x, { axis, keepdims: true });
  const flow = expandDims(g, axis);
  if (fromLogits) return multiply(flow, subtract(multiply(softmax(output, { axis }), along(target)), target));
  const total = along(output);
  const p = divide(output, total);
  const free = logicalAnd(greater(p, epsilon), less(p, 1 - epsilon));
  const slope = where(free, negative(divide(target, clip(p, epsilon, 1 - epsilon))), 0);
  return multiply(flow, divide(subtract(slope, along(multiply(slope, p))), total));
}

export const categoricalCrossentropyOp: OpDef<ClassCrossentropyAttrs> = defineOp<ClassCrossentropyAttrs>({
  name: "categorical_crossentropy",
  keras: "keras.src.ops.nn.CategoricalCrossentropy",
  promote: "float",
  toConfig: ({ fromLogits, axis }) => ({ from_logits: fromLogits, axis }),
  resolve: ([target, output], given) => {
    checkSameShape(target!, output!, "categorical_crossentropy");
    if (output!.shape.length === 0)
      throw new ShapeError("needs an axis of classes, got scalars", { op: "categorical_crossentropy" });
    return { ...given, axis: normalizeAxis(given.axis, output!.shape.length, "categorical_crossentropy") };
  },
  infer: ([, output], { axis }) => [{ shape: reducedShape(output!.shape, [axis], false), dtype: output!.dtype }],
  decompose: ([target, output], attrs) => [
    negative(sum(multiply(target!, logProbabilities(output!, attrs)), { axis: attrs.axis })),
  ],
  vjp: ({ inputs: [t, y], attrs, grads: [g], needs }) => [
    needs(0) ? negative(multiply(expandDims(g!, attrs.axis), logProbabilities(y!, attrs))) : null,
    needs(1) ? crossentropyGradient(g!, t!, y!, attrs) : null,
  ],
});

/** Options of `categoricalCrossentropy` and `sparseCategoricalCrossentropy`. */
export interface CategoricalCrossentropyOptions {
  /** Whether `output` are logits, not probabilities. Default false. */
  readonly fromLogits?: boolean | undefined;
  /** Axis of the classes; default -1. */
  readonly axis?: number | undefined;
}

/**
 * Cross-entropy of predictions over classes.
 *
 * @param target - True probabilities, usually one-hot.
 * @param output - Predicted probabilities or logits, of the same shape. Probabilities are first made to sum to 1.
 * @returns The shape without the axis of classes.
 * @throws {ShapeError} when the shapes differ or are scalar.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.categoricalCrossentropy([[0, 1]], [[0, 0]], { fromLogits: true }).array()); // about [0.693]
 * ```
 */
export function categoricalCrossentropy(
  target: KerasTensor,
  output: Other,
  options?: CategoricalCrossentropyOptions,
): KerasTensor;
export function categoricalCrossentropy(
  target: Other,
  output: KerasTensor,
  options?: CategoricalCrossentropyOptions,
): KerasTensor;
export function categoricalCrossentropy(
  target: TensorLike,
  output: TensorLike,
  options?: CategoricalCrossentropyOptions,
): Tensor;
export function categoricalCrossentropy(
  target: Other,
  output: Other,
  options: CategoricalCrossentropyOptions = {},
): Tensor | KerasTensor {
  const { fromLogits = false, axis = -1 } = options;
  return apply(categoricalCrossentropyOp, [target, output], {
    fromLogits,
    axis,
    epsilon: runtime().config.epsilon,
  })[0]!;
}

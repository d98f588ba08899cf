import { floatResult, resultType } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { multiply } from "../numpy/multiply.ts";
import { negative } from "../numpy/negative.ts";
import { reshape } from "../numpy/reshape.ts";
import { sum } from "../numpy/sum.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { runtime } from "../runtime.ts";
import { formatShape, normalizeAxis, reducedShape, unify, type Spec } from "../shape.ts";
import type { Dim } from "../dim.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import {
  crossentropyGradient,
  logProbabilities,
  type CategoricalCrossentropyOptions,
  type ClassCrossentropyAttrs,
} from "./categorical-crossentropy.ts";
import { oneHot } from "./one-hot.ts";

/** Shape of the targets; a last axis of size 1 may be there or not. */
function targetShape(target: Spec, output: Spec): readonly Dim[] {
  return target.shape.length === output.shape.length && target.shape.at(-1) === 1
    ? target.shape.slice(0, -1)
    : target.shape;
}

export const sparseCategoricalCrossentropyOp: OpDef<ClassCrossentropyAttrs> = defineOp<ClassCrossentropyAttrs>({
  name: "sparse_categorical_crossentropy",
  keras: "keras.src.ops.nn.SparseCategoricalCrossentropy",
  promote: ([, output]) => ["int32", floatResult(resultType(output!.dtype))],
  toConfig: ({ fromLogits, axis }) => ({ from_logits: fromLogits, axis }),
  resolve: ([, output], given) => {
    if (output!.shape.length === 0)
      throw new ShapeError("needs an axis of classes, got a scalar output", { op: "sparse_categorical_crossentropy" });
    return { ...given, axis: normalizeAxis(given.axis, output!.shape.length, "sparse_categorical_crossentropy") };
  },
  infer: ([target, output], { axis }) => {
    const expected = reducedShape(output!.shape, [axis], false);
    const given = targetShape(target!, output!);
    if (given.length !== expected.length || given.some((d, i) => unify(d, expected[i]!) === null)) {
      throw new ShapeError(
        `target ${formatShape(target!.shape)} must have the shape of output ${formatShape(output!.shape)} without its axis of classes`,
        {
          op: "sparse_categorical_crossentropy",
        },
      );
    }
    return [{ shape: expected, dtype: output!.dtype }];
  },
  decompose: ([target, output], attrs) => [
    negative(
      sum(multiply(classVectors(target!, output!, attrs.axis), logProbabilities(output!, attrs)), { axis: attrs.axis }),
    ),
  ],
  vjp: ({ inputs: [t, y], attrs, grads: [g] }) => [
    null,
    crossentropyGradient(g!, classVectors(t!, y!, attrs.axis), y!, attrs),
  ],
});

function classVectors(target: Tensor, output: Tensor, axis: number): Tensor {
  return oneHot(reshape(target, targetShape(target, output)), output.shape[axis]!, { axis, dtype: output.dtype });
}

/**
 * Cross-entropy of predictions over classes, with class indices as targets. An index that is no class contributes 0.
 *
 * @param target - Indices, of the shape of `output` without the axis of classes (or with size 1 there, if it is the last).
 * @param output - Predicted probabilities or logits. Probabilities are first made to sum to 1.
 * @returns The shape of `output` without the axis of classes.
 * @throws {ShapeError} when the shapes do not fit.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.sparseCategoricalCrossentropy([1], [[0, 0]], { fromLogits: true }).array()); // about [0.693]
 * ```
 */
export function sparseCategoricalCrossentropy(
  target: KerasTensor,
  output: Other,
  options?: CategoricalCrossentropyOptions,
): KerasTensor;
export function sparseCategoricalCrossentropy(
  target: Other,
  output: KerasTensor,
  options?: CategoricalCrossentropyOptions,
): KerasTensor;
export function sparseCategoricalCrossentropy(
  target: TensorLike,
  output: TensorLike,
  options?: CategoricalCrossentropyOptions,
): Tensor;
export function sparseCategoricalCrossentropy(
  target: Other,
  output: Other,
  options: CategoricalCrossentropyOptions = {},
): Tensor | KerasTensor {
  const { fromLogits = false, axis = -1 } = options;
  return apply(sparseCategoricalCrossentropyOp, [target, output], {
    fromLogits,
    axis,
    epsilon: runtime().config.epsilon,
  })[0]!;
}

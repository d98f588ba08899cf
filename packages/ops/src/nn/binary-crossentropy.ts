import { apply } from "../execution/dispatch.ts";
import { ShapeError } from "../errors.ts";
import { add } from "../numpy/add.ts";
import { clip } from "../numpy/clip.ts";
import { greater, less } from "../numpy/compare.ts";
import { divide } from "../numpy/divide.ts";
import { log } from "../numpy/log.ts";
import { logicalAnd } from "../numpy/logical.ts";
import { multiply } from "../numpy/multiply.ts";
import { negative } from "../numpy/negative.ts";
import { subtract } from "../numpy/subtract.ts";
import { where } from "../numpy/where.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { runtime } from "../runtime.ts";
import { formatShape, unify, type Spec } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { logSigmoid } from "./log-sigmoid.ts";
import { sigmoid } from "./sigmoid.ts";

/** Attributes of the cross-entropies. @internal */
export interface CrossentropyAttrs extends Readonly<Record<string, unknown>> {
  readonly fromLogits: boolean;
  /** Probabilities are held to [epsilon, 1 - epsilon]. */
  readonly epsilon: number;
}

/**
 * @throws {ShapeError} unless both have one shape.
 * @internal
 */
export function checkSameShape(target: Spec, output: Spec, op: string): void {
  const same =
    target.shape.length === output.shape.length && target.shape.every((d, i) => unify(d, output.shape[i]!) !== null);
  if (!same)
    throw new ShapeError(
      `target ${formatShape(target.shape)} and output ${formatShape(output.shape)} must have the same shape`,
      { op },
    );
}

export const binaryCrossentropyOp: OpDef<CrossentropyAttrs> = defineOp<CrossentropyAttrs>({
  name: "binary_crossentropy",
  keras: "keras.src.ops.nn.BinaryCrossentropy",
  promote: "float",
  toConfig: ({ fromLogits }) => ({ from_logits: fromLogits }),
  infer: ([target, output]) => {
    checkSameShape(target!, output!, "binary_crossentropy");
    return [output!];
  },
  decompose: ([target, output], { fromLogits, epsilon }) => {
    const p = fromLogits ? null : clip(output!, epsilon, 1 - epsilon);
    const hit = p ? log(p) : logSigmoid(output!);
    const miss = p ? log(subtract(1, p)) : logSigmoid(negative(output!));
    return [negative(add(multiply(target!, hit), multiply(subtract(1, target!), miss)))];
  },
  vjp: ({ inputs: [t, y], attrs: { fromLogits, epsilon }, grads: [g], needs }) => {
    if (fromLogits) {
      return [needs(0) ? negative(multiply(g!, y!)) : null, needs(1) ? multiply(g!, subtract(sigmoid(y!), t!)) : null];
    }
    const p = clip(y!, epsilon, 1 - epsilon);
    const free = logicalAnd(greater(y!, epsilon), less(y!, 1 - epsilon));
    const slope = (): Tensor => subtract(divide(subtract(1, t!), subtract(1, p)), divide(t!, p));
    return [
      needs(0) ? multiply(g!, subtract(log(subtract(1, p)), log(p))) : null,
      needs(1) ? where(free, multiply(g!, slope()), 0) : null,
    ];
  },
});

/** Options of {@link binaryCrossentropy}. */
export interface BinaryCrossentropyOptions {
  /** Whether `output` are logits, not probabilities. Default false. */
  readonly fromLogits?: boolean | undefined;
}

/**
 * Cross-entropy of yes-or-no predictions, element by element.
 *
 * @param target - True probabilities, usually 0 or 1.
 * @param output - Predicted probabilities or logits, of the same shape.
 * @returns The same shape.
 * @throws {ShapeError} when the shapes differ.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.binaryCrossentropy([1, 0], [0, 0], { fromLogits: true }).array()); // about [0.693, 0.693]
 * ```
 */
export function binaryCrossentropy(
  target: KerasTensor,
  output: Other,
  options?: BinaryCrossentropyOptions,
): KerasTensor;
export function binaryCrossentropy(
  target: Other,
  output: KerasTensor,
  options?: BinaryCrossentropyOptions,
): KerasTensor;
export function binaryCrossentropy(target: TensorLike, output: TensorLike, options?: BinaryCrossentropyOptions): Tensor;
export function binaryCrossentropy(
  target: Other,
  output: Other,
  options: BinaryCrossentropyOptions = {},
): Tensor | KerasTensor {
  return apply(binaryCrossentropyOp, [target, output], {
    fromLogits: options.fromLogits ?? false,
    epsilon: runtime().config.epsilon,
  })[0]!;
}

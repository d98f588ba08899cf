import { declareOperandDType } from "../define/declared.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { greaterEqual } from "../numpy/compare.ts";
import { multiply } from "../numpy/multiply.ts";
import { where } from "../numpy/where.ts";

/** Attributes of {@link leakyReluOp}. */
interface LeakyReluAttrs extends Readonly<Record<string, unknown>> {
  readonly negativeSlope: number;
}

export const leakyReluOp: OpDef<LeakyReluAttrs> = defineOp<LeakyReluAttrs>({
  name: "leaky_relu",
  keras: "keras.src.ops.nn.LeakyRelu",
  promote: "float",
  infer: ([x]) => [x!],
  declare: declareOperandDType,
  decompose: ([x], { negativeSlope }) => [where(greaterEqual(x!, 0), x!, multiply(x!, negativeSlope))],
  vjp: ({ inputs: [x], attrs: { negativeSlope }, grads: [g] }) => [
    where(greaterEqual(x!, 0), g!, multiply(g!, negativeSlope)),
  ],
});

/** Options of {@link leakyRelu}. */
export interface LeakyReluOptions {
  /** Factor for negative values; default 0.2. */
  readonly negativeSlope?: number | undefined;
}

/**
 * x where it is positive, and a part of it where it is negative.
 *
 * Source: Maas et al., Rectifier Nonlinearities Improve Neural Network Acoustic Models (2013).
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.leakyRelu([-1, 2]).array()); // [-0.2, 2]
 * ```
 */
export function leakyRelu(x: KerasTensor, options?: LeakyReluOptions): KerasTensor;
export function leakyRelu(x: TensorLike, options?: LeakyReluOptions): Tensor;
export function leakyRelu(x: TensorLike | KerasTensor, options: LeakyReluOptions = {}): Tensor | KerasTensor {
  const { negativeSlope = 0.2 } = options;
  return apply(leakyReluOp, [x], { negativeSlope })[0]!;
}

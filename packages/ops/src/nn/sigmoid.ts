import type { NoAttrs } from "../define/attrs.ts";
import { declareOperandDType } from "../define/declared.ts";
import { floatOnly } from "../define/float-not-bool.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { multiply } from "../numpy/multiply.ts";
import { subtract } from "../numpy/subtract.ts";

export const sigmoidOp: OpDef<NoAttrs> = defineUnary({
  name: "sigmoid",
  keras: "keras.src.ops.nn.Sigmoid",
  promote: (inputs) => floatOnly(inputs, "sigmoid"),
  declare: declareOperandDType,
  gradient: (g, _, y) => multiply(g, multiply(y, subtract(1, y))),
});

/**
 * 1 / (1 + exp(-x)), which lies in (0, 1).
 *
 * @param x - Any shape; floats.
 * @throws {DTypeError} for tensors of integers or booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.sigmoid([0]).array()); // [0.5]
 * ```
 */
export function sigmoid(x: KerasTensor): KerasTensor;
export function sigmoid(x: TensorLike): Tensor;
export function sigmoid(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(sigmoidOp, [x], {})[0]!;
}

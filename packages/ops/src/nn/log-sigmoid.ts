import type { NoAttrs } from "../define/attrs.ts";
import { declareOperandDType } from "../define/declared.ts";
import { floatNotBool } from "../define/float-not-bool.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { multiply } from "../numpy/multiply.ts";
import { negative } from "../numpy/negative.ts";
import { sigmoid } from "./sigmoid.ts";
import { softplus } from "./softplus.ts";

export const logSigmoidOp: OpDef<NoAttrs> = defineUnary({
  name: "log_sigmoid",
  keras: "keras.src.ops.nn.LogSigmoid",
  declare: declareOperandDType,
  promote: (inputs) => floatNotBool(inputs, "log_sigmoid"),
  decompose: (x) => negative(softplus(negative(x))),
  gradient: (g, x) => multiply(g, sigmoid(negative(x))),
});

/**
 * log(sigmoid(x)), without underflow.
 *
 * @param x - Any shape; integers become floatx.
 * @throws {DTypeError} for booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.logSigmoid([0, -1000]).array()); // about [-0.693, -1000]
 * ```
 */
export function logSigmoid(x: KerasTensor): KerasTensor;
export function logSigmoid(x: TensorLike): Tensor;
export function logSigmoid(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(logSigmoidOp, [x], {})[0]!;
}

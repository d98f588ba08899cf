import type { NoAttrs } from "../define/attrs.ts";
import { declareOperandDType } from "../define/declared.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { absolute } from "../numpy/absolute.ts";
import { add } from "../numpy/add.ts";
import { exp } from "../numpy/exp.ts";
import { log1p } from "../numpy/log1p.ts";
import { maximum } from "../numpy/maximum.ts";
import { multiply } from "../numpy/multiply.ts";
import { negative } from "../numpy/negative.ts";
import { sigmoid } from "./sigmoid.ts";

export const softplusOp: OpDef<NoAttrs> = defineUnary({
  name: "softplus",
  keras: "keras.src.ops.nn.Softplus",
  declare: declareOperandDType,
  decompose: (x) => add(maximum(x, 0), log1p(exp(negative(absolute(x))))),
  gradient: (g, x) => multiply(g, sigmoid(x)),
});

/**
 * log(exp(x) + 1): a smooth relu.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.softplus([0, 100]).array()); // about [0.693, 100]
 * ```
 */
export function softplus(x: KerasTensor): KerasTensor;
export function softplus(x: TensorLike): Tensor;
export function softplus(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(softplusOp, [x], {})[0]!;
}

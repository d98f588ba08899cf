import type { NoAttrs } from "../define/attrs.ts";
import { declareOperandDType } from "../define/declared.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { multiply } from "../numpy/multiply.ts";
import { hardSigmoid } from "./hard-sigmoid.ts";

export const hardSiluOp: OpDef<NoAttrs> = defineUnary({
  name: "hard_silu",
  keras: "keras.src.ops.nn.HardSilu",
  declare: declareOperandDType,
  decompose: (x) => multiply(x, hardSigmoid(x)),
  inline: true,
});

/**
 * x · hardSigmoid(x), also called hard swish.
 *
 * Source: Howard et al., Searching for MobileNetV3 (2019).
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.hardSilu([-4, 0, 4]).array()); // [0, 0, 4]
 * ```
 */
export function hardSilu(x: KerasTensor): KerasTensor;
export function hardSilu(x: TensorLike): Tensor;
export function hardSilu(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(hardSiluOp, [x], {})[0]!;
}

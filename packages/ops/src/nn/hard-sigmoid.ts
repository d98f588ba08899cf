import type { NoAttrs } from "../define/attrs.ts";
import { declareOperandDType } from "../define/declared.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "../numpy/add.ts";
import { divide } from "../numpy/divide.ts";
import { relu6 } from "./relu6.ts";

export const hardSigmoidOp: OpDef<NoAttrs> = defineUnary({
  name: "hard_sigmoid",
  keras: "keras.src.ops.nn.HardSigmoid",
  declare: declareOperandDType,
  decompose: (x) => divide(relu6(add(x, 3)), 6),
  inline: true,
});

/**
 * 0 below -3, 1 above 3, and linear between.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.hardSigmoid([-4, 0, 4]).array()); // [0, 0.5, 1]
 * ```
 */
export function hardSigmoid(x: KerasTensor): KerasTensor;
export function hardSigmoid(x: TensorLike): Tensor;
export function hardSigmoid(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(hardSigmoidOp, [x], {})[0]!;
}

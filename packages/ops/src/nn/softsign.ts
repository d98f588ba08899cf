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
import { divide } from "../numpy/divide.ts";

export const softsignOp: OpDef<NoAttrs> = defineUnary({
  name: "softsign",
  keras: "keras.src.ops.nn.Softsign",
  declare: declareOperandDType,
  decompose: (x) => divide(x, add(absolute(x), 1)),
  inline: true,
});

/**
 * x / (|x| + 1), which lies in (-1, 1).
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.softsign([-1, 0, 1]).array()); // [-0.5, 0, 0.5]
 * ```
 */
export function softsign(x: KerasTensor): KerasTensor;
export function softsign(x: TensorLike): Tensor;
export function softsign(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(softsignOp, [x], {})[0]!;
}

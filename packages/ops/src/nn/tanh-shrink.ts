import type { NoAttrs } from "../define/attrs.ts";
import { declareOperandDType } from "../define/declared.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { tanh } from "../numpy/hyperbolic.ts";
import { subtract } from "../numpy/subtract.ts";

export const tanhShrinkOp: OpDef<NoAttrs> = defineUnary({
  name: "tanh_shrink",
  keras: "keras.src.ops.nn.TanhShrink",
  declare: declareOperandDType,
  decompose: (x) => subtract(x, tanh(x)),
  inline: true,
});

/**
 * x - tanh(x).
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.tanhShrink([0]).array()); // [0]
 * ```
 */
export function tanhShrink(x: KerasTensor): KerasTensor;
export function tanhShrink(x: TensorLike): Tensor;
export function tanhShrink(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(tanhShrinkOp, [x], {})[0]!;
}

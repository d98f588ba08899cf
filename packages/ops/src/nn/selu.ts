import type { NoAttrs } from "../define/attrs.ts";
import { declareOperandDType } from "../define/declared.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { multiply } from "../numpy/multiply.ts";
import { elu } from "./elu.ts";

export const seluOp: OpDef<NoAttrs> = defineUnary({
  name: "selu",
  keras: "keras.src.ops.nn.Selu",
  declare: declareOperandDType,
  decompose: (x) => multiply(elu(x, { alpha: 1.6732632423543772 }), 1.0507009873554805),
  inline: true,
});

/**
 * A scaled elu, which keeps mean and variance from layer to layer.
 *
 * Source: Klambauer et al., Self-Normalizing Neural Networks (2017).
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.selu([0]).array()); // [0]
 * ```
 */
export function selu(x: KerasTensor): KerasTensor;
export function selu(x: TensorLike): Tensor;
export function selu(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(seluOp, [x], {})[0]!;
}

import type { NoAttrs } from "../define/attrs.ts";
import { declareOperandDType } from "../define/declared.ts";
import { floatOnly } from "../define/float-not-bool.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "../numpy/add.ts";
import { multiply } from "../numpy/multiply.ts";
import { subtract } from "../numpy/subtract.ts";
import { sigmoid } from "./sigmoid.ts";

export const siluOp: OpDef<NoAttrs> = defineUnary({
  name: "silu",
  keras: "keras.src.ops.nn.Silu",
  declare: declareOperandDType,
  promote: (inputs) => floatOnly(inputs, "silu"),
  decompose: (x) => multiply(x, sigmoid(x)),
  gradient: (g, x) => {
    const s = sigmoid(x);
    return multiply(g, multiply(s, add(1, multiply(x, subtract(1, s)))));
  },
});

/**
 * x · sigmoid(x), also called swish.
 *
 * Source: Ramachandran et al., Searching for Activation Functions (2017).
 *
 * @param x - Any shape; floats.
 * @throws {DTypeError} for tensors of integers or booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.silu([0]).array()); // [0]
 * ```
 */
export function silu(x: KerasTensor): KerasTensor;
export function silu(x: TensorLike): Tensor;
export function silu(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(siluOp, [x], {})[0]!;
}

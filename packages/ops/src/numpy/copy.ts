import type { NoAttrs } from "../define/attrs.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const identityOp: OpDef<NoAttrs> = defineUnary({
  name: "identity",
  keras: "keras.src.ops.numpy.Copy",
  promote: "keep",
  gradient: (g) => g,
});

/**
 * A tensor of equal value. Tensors never change, so nothing is copied; gradients flow through.
 *
 * @param x - Any shape and dtype.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.copy([1, 2]).array()); // [1, 2]
 * ```
 */
export function copy(x: KerasTensor): KerasTensor;
export function copy(x: TensorLike): Tensor;
export function copy(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(identityOp, [x], {})[0]!;
}

import type { NoAttrs } from "../define/attrs.ts";
import { declareOperandDType } from "../define/declared.ts";
import { floatOnly } from "../define/float-not-bool.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { divide } from "./divide.ts";
import { multiply } from "./multiply.ts";

export const rsqrtOp: OpDef<NoAttrs> = defineUnary({
  name: "rsqrt",
  keras: "keras.src.ops.math.Rsqrt",
  promote: (inputs) => floatOnly(inputs, "rsqrt"),
  declare: declareOperandDType,
  gradient: (g, x, y) => multiply(g, multiply(divide(y, x), -0.5)),
});

/**
 * One divided by the square root.
 *
 * @param x - Any shape; floats.
 * @throws {DTypeError} for tensors of integers or booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.rsqrt([4, 16]).array()); // [0.5, 0.25]
 * ```
 */
export function rsqrt(x: KerasTensor): KerasTensor;
export function rsqrt(x: TensorLike): Tensor;
export function rsqrt(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(rsqrtOp, [x], {})[0]!;
}

import type { NoAttrs } from "../define/attrs.ts";
import { declareOperandDType } from "../define/declared.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import { exp } from "../numpy/exp.ts";
import { multiply } from "../numpy/multiply.ts";
import { square } from "../numpy/square.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const erfinvOp: OpDef<NoAttrs> = defineUnary({
  name: "erfinv",
  keras: "keras.src.ops.math.Erfinv",
  declare: declareOperandDType,
  gradient: (g, _, y) => multiply(g, multiply(exp(square(y)), Math.sqrt(Math.PI) / 2)),
});

/**
 * The inverse of the error function; NaN outside of [-1, 1].
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.erfinv([0, 1]).array()); // [0, Infinity]
 * ```
 */
export function erfinv(x: KerasTensor): KerasTensor;
export function erfinv(x: TensorLike): Tensor;
export function erfinv(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(erfinvOp, [x], {})[0]!;
}

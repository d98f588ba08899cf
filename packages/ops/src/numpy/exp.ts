import type { NoAttrs } from "../define/attrs.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { multiply } from "./multiply.ts";

export const expOp: OpDef<NoAttrs> = defineUnary({
  name: "exp",
  keras: "keras.src.ops.numpy.Exp",
  gradient: (g, _, y) => multiply(g, y),
});

/**
 * The exponential of every element.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.exp([0, 1]).array()); // [1, 2.7182817]
 * ```
 */
export function exp(x: KerasTensor): KerasTensor;
export function exp(x: TensorLike): Tensor;
export function exp(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(expOp, [x], {})[0]!;
}

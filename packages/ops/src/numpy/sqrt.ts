import type { NoAttrs } from "../define/attrs.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { divide } from "./divide.ts";
import { multiply } from "./multiply.ts";

export const sqrtOp: OpDef<NoAttrs> = defineUnary({
  name: "sqrt",
  keras: "keras.src.ops.numpy.Sqrt",
  gradient: (g, _, y) => multiply(g, divide(0.5, y)),
});

/**
 * The square root; of negative numbers it is NaN.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.sqrt([4, 9]).array()); // [2, 3]
 * ```
 */
export function sqrt(x: KerasTensor): KerasTensor;
export function sqrt(x: TensorLike): Tensor;
export function sqrt(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(sqrtOp, [x], {})[0]!;
}

import type { NoAttrs } from "../define/attrs.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const isnanOp: OpDef<NoAttrs> = defineUnary({
  name: "isnan",
  keras: "keras.src.ops.numpy.Isnan",
  result: "bool",
  gradient: null,
});

/**
 * Whether each element is NaN.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.isnan([1, NaN, Infinity]).array()); // [false, true, false]
 * ```
 */
export function isnan(x: KerasTensor): KerasTensor;
export function isnan(x: TensorLike): Tensor;
export function isnan(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(isnanOp, [x], {})[0]!;
}

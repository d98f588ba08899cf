import type { NoAttrs } from "../define/attrs.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const isfiniteOp: OpDef<NoAttrs> = defineUnary({
  name: "isfinite",
  keras: "keras.src.ops.numpy.Isfinite",
  result: "bool",
  gradient: null,
});

/**
 * Whether each element is neither NaN nor infinite.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.isfinite([1, NaN, Infinity]).array()); // [true, false, false]
 * ```
 */
export function isfinite(x: KerasTensor): KerasTensor;
export function isfinite(x: TensorLike): Tensor;
export function isfinite(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(isfiniteOp, [x], {})[0]!;
}

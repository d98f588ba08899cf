import type { NoAttrs } from "../define/attrs.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "./add.ts";
import { multiply } from "./multiply.ts";

export const expm1Op: OpDef<NoAttrs> = defineUnary({
  name: "expm1",
  keras: "keras.src.ops.numpy.Expm1",
  gradient: (g, _, y) => multiply(g, add(y, 1)),
});

/**
 * `exp(x) - 1`, exact for small `x`.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.expm1([0, 1e-10]).array()); // [0, 1e-10]
 * ```
 */
export function expm1(x: KerasTensor): KerasTensor;
export function expm1(x: TensorLike): Tensor;
export function expm1(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(expm1Op, [x], {})[0]!;
}

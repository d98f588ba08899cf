import type { NoAttrs } from "../define/attrs.ts";
import { defineUnary } from "../define/unary.ts";
import { isComplex } from "../dtype.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { exp } from "./exp.ts";
import { multiply } from "./multiply.ts";
import { power } from "./power.ts";

export const exp2Op: OpDef<NoAttrs> = defineUnary({
  name: "exp2",
  keras: "keras.src.ops.numpy.Exp2",
  decompose: (x) => (isComplex(x.dtype) ? exp(multiply(x, Math.LN2)) : power(2, x)),
  gradient: (g, _, y) => multiply(multiply(g, y), Math.LN2),
});

/**
 * 2 to the power of every element.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.exp2([0, 3]).array()); // [1, 8]
 * ```
 */
export function exp2(x: KerasTensor): KerasTensor;
export function exp2(x: TensorLike): Tensor;
export function exp2(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(exp2Op, [x], {})[0]!;
}

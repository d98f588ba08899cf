import type { NoAttrs } from "../define/attrs.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "./add.ts";
import { divide } from "./divide.ts";

export const log1pOp: OpDef<NoAttrs> = defineUnary({
  name: "log1p",
  keras: "keras.src.ops.numpy.Log1p",
  gradient: (g, x) => divide(g, add(x, 1)),
});

/**
 * `log(1 + x)`, exact for small `x`.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.log1p([0, 1e-10]).array()); // [0, 1e-10]
 * ```
 */
export function log1p(x: KerasTensor): KerasTensor;
export function log1p(x: TensorLike): Tensor;
export function log1p(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(log1pOp, [x], {})[0]!;
}

import type { NoAttrs } from "../define/attrs.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { divide } from "./divide.ts";

export const logOp: OpDef<NoAttrs> = defineUnary({
  name: "log",
  keras: "keras.src.ops.numpy.Log",
  gradient: (g, x) => divide(g, x),
});

/**
 * The natural logarithm; of 0 it is -Infinity, of negative numbers NaN.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.log([1, 0]).array()); // [0, -Infinity]
 * ```
 */
export function log(x: KerasTensor): KerasTensor;
export function log(x: TensorLike): Tensor;
export function log(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(logOp, [x], {})[0]!;
}

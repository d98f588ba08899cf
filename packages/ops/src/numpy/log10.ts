import type { NoAttrs } from "../define/attrs.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { divide } from "./divide.ts";
import { log } from "./log.ts";

export const log10Op: OpDef<NoAttrs> = defineUnary({
  name: "log10",
  keras: "keras.src.ops.numpy.Log10",
  decompose: (x) => divide(log(x), Math.LN10),
  inline: true,
});

/**
 * The logarithm to base 10.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.log10([1, 100]).array()); // [0, 2]
 * ```
 */
export function log10(x: KerasTensor): KerasTensor;
export function log10(x: TensorLike): Tensor;
export function log10(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(log10Op, [x], {})[0]!;
}

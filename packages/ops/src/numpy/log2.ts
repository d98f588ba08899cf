import type { NoAttrs } from "../define/attrs.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { divide } from "./divide.ts";
import { log } from "./log.ts";

export const log2Op: OpDef<NoAttrs> = defineUnary({
  name: "log2",
  keras: "keras.src.ops.numpy.Log2",
  decompose: (x) => divide(log(x), Math.LN2),
  inline: true,
});

/**
 * The logarithm to base 2.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.log2([1, 8]).array()); // [0, 3]
 * ```
 */
export function log2(x: KerasTensor): KerasTensor;
export function log2(x: TensorLike): Tensor;
export function log2(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(log2Op, [x], {})[0]!;
}

import type { NoAttrs } from "../define/attrs.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { divide } from "./divide.ts";
import { multiply } from "./multiply.ts";
import { negative } from "./negative.ts";

export const reciprocalOp: OpDef<NoAttrs> = defineUnary({
  name: "reciprocal",
  keras: "keras.src.ops.numpy.Reciprocal",
  decompose: (x) => divide(1, x),
  gradient: (g, _, y) => negative(multiply(g, multiply(y, y))),
});

/**
 * One divided by every element.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.reciprocal([2, 4]).array()); // [0.5, 0.25]
 * ```
 */
export function reciprocal(x: KerasTensor): KerasTensor;
export function reciprocal(x: TensorLike): Tensor;
export function reciprocal(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(reciprocalOp, [x], {})[0]!;
}

import type { NoAttrs } from "../define/attrs.ts";
import { defineUnary } from "../define/unary.ts";
import { resultType } from "../dtype.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { multiply } from "./multiply.ts";

export const squareOp: OpDef<NoAttrs> = defineUnary({
  name: "square",
  keras: "keras.src.ops.numpy.Square",
  promote: ([x]) => [x!.dtype === "bool" ? "int32" : resultType(x!.dtype)],
  decompose: (x) => multiply(x, x),
  gradient: (g, x) => multiply(g, multiply(x, 2)),
});

/**
 * Every element times itself. Booleans become int32.
 *
 * @param x - Any shape and numeric dtype.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.square([2, -3]).array()); // [4, 9]
 * ```
 */
export function square(x: KerasTensor): KerasTensor;
export function square(x: TensorLike): Tensor;
export function square(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(squareOp, [x], {})[0]!;
}

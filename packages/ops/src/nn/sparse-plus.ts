import type { NoAttrs } from "../define/attrs.ts";
import { declareOperandDType } from "../define/declared.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "../numpy/add.ts";
import { greaterEqual, lessEqual } from "../numpy/compare.ts";
import { multiply } from "../numpy/multiply.ts";
import { square } from "../numpy/square.ts";
import { where } from "../numpy/where.ts";

export const sparsePlusOp: OpDef<NoAttrs> = defineUnary({
  name: "sparse_plus",
  keras: "keras.src.ops.nn.SparsePlus",
  declare: declareOperandDType,
  decompose: (x) => where(lessEqual(x, -1), 0, where(greaterEqual(x, 1), x, multiply(square(add(x, 1)), 0.25))),
  gradient: (g, x) => multiply(g, where(lessEqual(x, -1), 0, where(greaterEqual(x, 1), 1, multiply(add(x, 1), 0.5)))),
});

/**
 * 0 below -1, x above 1, and a parabola between: a softplus that is exactly 0.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.sparsePlus([-2, 0, 2]).array()); // [0, 0.25, 2]
 * ```
 */
export function sparsePlus(x: KerasTensor): KerasTensor;
export function sparsePlus(x: TensorLike): Tensor;
export function sparsePlus(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(sparsePlusOp, [x], {})[0]!;
}

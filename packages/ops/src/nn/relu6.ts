import type { NoAttrs } from "../define/attrs.ts";
import { declareOperandDType } from "../define/declared.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { greater, less } from "../numpy/compare.ts";
import { logicalAnd } from "../numpy/logical.ts";
import { maximum } from "../numpy/maximum.ts";
import { minimum } from "../numpy/minimum.ts";
import { where } from "../numpy/where.ts";

export const relu6Op: OpDef<NoAttrs> = defineUnary({
  name: "relu6",
  keras: "keras.src.ops.nn.Relu6",
  declare: declareOperandDType,
  decompose: (x) => minimum(maximum(x, 0), 6),
  gradient: (g, x) => where(logicalAnd(greater(x, 0), less(x, 6)), g, 0),
});

/**
 * x held to [0, 6]. Its gradient at 0 and 6 is 0.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.relu6([-1, 2, 9]).array()); // [0, 2, 6]
 * ```
 */
export function relu6(x: KerasTensor): KerasTensor;
export function relu6(x: TensorLike): Tensor;
export function relu6(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(relu6Op, [x], {})[0]!;
}

import type { NoAttrs } from "../define/attrs.ts";
import { declareOperandDType } from "../define/declared.ts";
import { boolAsInt } from "../define/kinds.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { absolute } from "../numpy/absolute.ts";
import { greater, less } from "../numpy/compare.ts";
import { where } from "../numpy/where.ts";

export const hardTanhOp: OpDef<NoAttrs> = defineUnary({
  name: "hard_tanh",
  keras: "keras.src.ops.nn.HardTanh",
  declare: declareOperandDType,
  promote: boolAsInt,
  decompose: (x) => where(greater(x, 1), 1, where(less(x, -1), -1, x)),
  gradient: (g, x) => where(greater(absolute(x), 1), 0, g),
});

/**
 * x held to [-1, 1].
 *
 * @param x - Any shape and numeric dtype, which is kept (booleans become int32).
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.hardTanh([-2, 0.5, 2]).array()); // [-1, 0.5, 1]
 * ```
 */
export function hardTanh(x: KerasTensor): KerasTensor;
export function hardTanh(x: TensorLike): Tensor;
export function hardTanh(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(hardTanhOp, [x], {})[0]!;
}

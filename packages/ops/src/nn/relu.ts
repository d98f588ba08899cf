import type { NoAttrs } from "../define/attrs.ts";
import { declareOperandDType } from "../define/declared.ts";
import { boolAsInt } from "../define/kinds.ts";
import { defineUnary } from "../define/unary.ts";
import { apply, dispatch } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { greater } from "../numpy/compare.ts";
import { maximum } from "../numpy/maximum.ts";
import { where } from "../numpy/where.ts";

/**
 * (gradient, x) → the gradient where x > 0, else 0. An op of its own, so that a backend may compute it as it likes where the gradient is
 * finite: nothing is promised for infinities and NaN that x ≤ 0 hides. @internal
 */
export const reluGradOp: OpDef<NoAttrs> = defineOp<NoAttrs>({
  name: "relu_grad",
  infer: ([g]) => [g!],
  decompose: ([g, x]) => [where(greater(x!, 0), g!, 0)],
});

export const reluOp: OpDef<NoAttrs> = defineUnary({
  name: "relu",
  keras: "keras.src.ops.nn.Relu",
  declare: declareOperandDType,
  promote: boolAsInt,
  decompose: (x) => maximum(x, 0),
  gradient: (g, x) => dispatch(reluGradOp, [g, x], {})[0]!,
});

/**
 * The positive part: max(x, 0). Its gradient at 0 is 0.
 *
 * Source: Nair and Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines (2010).
 *
 * @param x - Any shape and numeric dtype, which is kept (booleans become int32).
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.relu([-1, 2]).array()); // [0, 2]
 * ```
 */
export function relu(x: KerasTensor): KerasTensor;
export function relu(x: TensorLike): Tensor;
export function relu(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(reluOp, [x], {})[0]!;
}

import type { NoAttrs } from "../define/attrs.ts";
import { declareOperandDType } from "../define/declared.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "../numpy/add.ts";
import { maximum } from "../numpy/maximum.ts";
import { minimum } from "../numpy/minimum.ts";
import { multiply } from "../numpy/multiply.ts";

export const sparseSigmoidOp: OpDef<NoAttrs> = defineUnary({
  name: "sparse_sigmoid",
  keras: "keras.src.ops.nn.SparseSigmoid",
  declare: declareOperandDType,
  decompose: (x) => multiply(minimum(maximum(add(x, 1), 0), 2), 0.5),
  inline: true,
});

/**
 * 0 below -1, 1 above 1, and linear between.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.sparseSigmoid([-2, 0, 2]).array()); // [0, 0.5, 1]
 * ```
 */
export function sparseSigmoid(x: KerasTensor): KerasTensor;
export function sparseSigmoid(x: TensorLike): Tensor;
export function sparseSigmoid(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(sparseSigmoidOp, [x], {})[0]!;
}

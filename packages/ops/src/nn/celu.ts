import { declareOperandDType } from "../define/declared.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "../numpy/add.ts";
import { greater } from "../numpy/compare.ts";
import { divide } from "../numpy/divide.ts";
import { exp } from "../numpy/exp.ts";
import { expm1 } from "../numpy/expm1.ts";
import { maximum } from "../numpy/maximum.ts";
import { minimum } from "../numpy/minimum.ts";
import { multiply } from "../numpy/multiply.ts";
import { where } from "../numpy/where.ts";

/** Attributes of {@link celuOp}. */
interface CeluAttrs extends Readonly<Record<string, unknown>> {
  readonly alpha: number;
}

export const celuOp: OpDef<CeluAttrs> = defineOp<CeluAttrs>({
  name: "celu",
  keras: "keras.src.ops.nn.Celu",
  promote: "float",
  infer: ([x]) => [x!],
  declare: declareOperandDType,
  decompose: ([x], { alpha }) => [add(maximum(x!, 0), multiply(expm1(divide(minimum(x!, 0), alpha)), alpha))],
  vjp: ({ inputs: [x], attrs: { alpha }, grads: [g] }) => [
    multiply(g!, where(greater(x!, 0), 1, exp(divide(minimum(x!, 0), alpha)))),
  ],
});

/** Options of {@link celu}. */
export interface CeluOptions {
  /** Negative values approach -alpha; default 1. */
  readonly alpha?: number | undefined;
}

/**
 * x where it is positive, alpha · (exp(x / alpha) - 1) where it is negative: smooth for every alpha.
 *
 * Source: Barron, Continuously Differentiable Exponential Linear Units (2017).
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.celu([0, 1]).array()); // [0, 1]
 * ```
 */
export function celu(x: KerasTensor, options?: CeluOptions): KerasTensor;
export function celu(x: TensorLike, options?: CeluOptions): Tensor;
export function celu(x: TensorLike | KerasTensor, options: CeluOptions = {}): Tensor | KerasTensor {
  const { alpha = 1 } = options;
  return apply(celuOp, [x], { alpha })[0]!;
}

import { declareOperandDType } from "../define/declared.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { greater } from "../numpy/compare.ts";
import { exp } from "../numpy/exp.ts";
import { expm1 } from "../numpy/expm1.ts";
import { minimum } from "../numpy/minimum.ts";
import { multiply } from "../numpy/multiply.ts";
import { where } from "../numpy/where.ts";

/** Attributes of {@link eluOp}. */
interface EluAttrs extends Readonly<Record<string, unknown>> {
  readonly alpha: number;
}

export const eluOp: OpDef<EluAttrs> = defineOp<EluAttrs>({
  name: "elu",
  keras: "keras.src.ops.nn.Elu",
  promote: "float",
  infer: ([x]) => [x!],
  declare: declareOperandDType,
  decompose: ([x], { alpha }) => [where(greater(x!, 0), x!, multiply(expm1(minimum(x!, 0)), alpha))],
  vjp: ({ inputs: [x], attrs: { alpha }, grads: [g] }) => [
    multiply(g!, where(greater(x!, 0), 1, multiply(exp(minimum(x!, 0)), alpha))),
  ],
});

/** Options of {@link elu}. */
export interface EluOptions {
  /** Negative values approach -alpha; default 1. */
  readonly alpha?: number | undefined;
}

/**
 * x where it is positive, alpha · (exp(x) - 1) where it is negative.
 *
 * Source: Clevert et al., Fast and Accurate Deep Network Learning by Exponential Linear Units (2015).
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.elu([0, 1]).array()); // [0, 1]
 * ```
 */
export function elu(x: KerasTensor, options?: EluOptions): KerasTensor;
export function elu(x: TensorLike, options?: EluOptions): Tensor;
export function elu(x: TensorLike | KerasTensor, options: EluOptions = {}): Tensor | KerasTensor {
  const { alpha = 1 } = options;
  return apply(eluOp, [x], { alpha })[0]!;
}

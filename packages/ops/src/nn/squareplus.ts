import { declareOperandDType } from "../define/declared.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "../numpy/add.ts";
import { divide } from "../numpy/divide.ts";
import { multiply } from "../numpy/multiply.ts";
import { rsqrt } from "../numpy/rsqrt.ts";
import { sqrt } from "../numpy/sqrt.ts";
import { square } from "../numpy/square.ts";

/** Attributes of {@link squareplusOp}. */
interface SquareplusAttrs extends Readonly<Record<string, unknown>> {
  readonly b: number;
}

export const squareplusOp: OpDef<SquareplusAttrs> = defineOp<SquareplusAttrs>({
  name: "squareplus",
  keras: "keras.src.ops.nn.Squareplus",
  promote: "float",
  infer: ([x]) => [x!],
  declare: declareOperandDType,
  decompose: ([x], { b }) => [divide(add(x!, sqrt(add(square(x!), b))), 2)],
  vjp: ({ inputs: [x], attrs: { b }, grads: [g] }) => [
    multiply(g!, multiply(add(1, multiply(x!, rsqrt(add(square(x!), b)))), 0.5)),
  ],
});

/** Options of {@link squareplus}. */
export interface SquareplusOptions {
  /** Smoothness; 0 gives relu. Default 4. */
  readonly b?: number | undefined;
}

/**
 * (x + sqrt(x² + b)) / 2: a smooth relu without exponentials.
 *
 * Source: Barron, Squareplus: A Softplus-Like Algebraic Rectifier (2021).
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.squareplus([0]).array()); // [1]
 * ```
 */
export function squareplus(x: KerasTensor, options?: SquareplusOptions): KerasTensor;
export function squareplus(x: TensorLike, options?: SquareplusOptions): Tensor;
export function squareplus(x: TensorLike | KerasTensor, options: SquareplusOptions = {}): Tensor | KerasTensor {
  const { b = 4 } = options;
  return apply(squareplusOp, [x], { b })[0]!;
}

import type { NoAttrs } from "../define/attrs.ts";
import { declareOperandDType } from "../define/declared.ts";
import { floatOnly } from "../define/float-not-bool.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import { exp } from "../numpy/exp.ts";
import { multiply } from "../numpy/multiply.ts";
import { negative } from "../numpy/negative.ts";
import { square } from "../numpy/square.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const erfOp: OpDef<NoAttrs> = defineUnary({
  name: "erf",
  keras: "keras.src.ops.math.Erf",
  promote: (inputs) => floatOnly(inputs, "erf"),
  declare: declareOperandDType,
  gradient: (g, x) => multiply(g, multiply(exp(negative(square(x))), 2 / Math.sqrt(Math.PI))),
});

/**
 * The error function: 2/√π times the integral of exp(-t²) from 0 to x.
 *
 * @param x - Any shape; floats.
 * @throws {DTypeError} for tensors of integers or booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.erf([0, 10]).array()); // [0, 1]
 * ```
 */
export function erf(x: KerasTensor): KerasTensor;
export function erf(x: TensorLike): Tensor;
export function erf(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(erfOp, [x], {})[0]!;
}

import { declareOperandDType } from "../define/declared.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { erf } from "../math/erf.ts";
import { add } from "../numpy/add.ts";
import { exp } from "../numpy/exp.ts";
import { tanh } from "../numpy/hyperbolic.ts";
import { multiply } from "../numpy/multiply.ts";
import { square } from "../numpy/square.ts";
import { subtract } from "../numpy/subtract.ts";

/** Attributes of {@link geluOp}. */
interface GeluAttrs extends Readonly<Record<string, unknown>> {
  readonly approximate: boolean;
}

export const geluOp: OpDef<GeluAttrs> = defineOp<GeluAttrs>({
  name: "gelu",
  keras: "keras.src.ops.nn.Gelu",
  promote: "float",
  infer: ([x]) => [x!],
  declare: declareOperandDType,
  decompose: ([x], { approximate }) => [multiply(x!, approximate ? cdfByTanh(x!) : cdf(x!))],
  vjp: ({ inputs: [x], attrs: { approximate }, grads: [g] }) => [
    multiply(g!, approximate ? slopeByTanh(x!) : slope(x!)),
  ],
});

/** Normal distribution function. */
function cdf(x: Tensor): Tensor {
  return multiply(add(1, erf(multiply(x, Math.SQRT1_2))), 0.5);
}

/** Derivative of x · cdf(x): cdf(x) + x · density(x). */
function slope(x: Tensor): Tensor {
  const density = multiply(exp(multiply(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return add(cdf(x), multiply(x, density));
}

const CUBIC = 0.044715;
const SCALE = 0.7978845608028654; // √(2/π)

function tanhOfCubic(x: Tensor): Tensor {
  return tanh(multiply(add(x, multiply(multiply(square(x), x), CUBIC)), SCALE));
}

function cdfByTanh(x: Tensor): Tensor {
  return multiply(add(1, tanhOfCubic(x)), 0.5);
}

function slopeByTanh(x: Tensor): Tensor {
  const t = tanhOfCubic(x);
  const inner = multiply(add(1, multiply(square(x), 3 * CUBIC)), SCALE);
  return multiply(add(add(1, t), multiply(x, multiply(subtract(1, square(t)), inner))), 0.5);
}

/** Options of {@link gelu}. */
export interface GeluOptions {
  /** Use a formula with tanh; default true. */
  readonly approximate?: boolean | undefined;
}

/**
 * x times the chance that a standard normal number lies below it.
 *
 * Source: Hendrycks and Gimpel, Gaussian Error Linear Units (2016).
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.gelu([0, 10]).array()); // [0, 10]
 * ```
 */
export function gelu(x: KerasTensor, options?: GeluOptions): KerasTensor;
export function gelu(x: TensorLike, options?: GeluOptions): Tensor;
export function gelu(x: TensorLike | KerasTensor, options: GeluOptions = {}): Tensor | KerasTensor {
  const { approximate = true } = options;
  return apply(geluOp, [x], { approximate })[0]!;
}

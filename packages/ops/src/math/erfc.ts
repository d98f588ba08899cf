import type { NoAttrs } from "../define/attrs.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import { absolute } from "../numpy/absolute.ts";
import { add } from "../numpy/add.ts";
import { less } from "../numpy/compare.ts";
import { divide } from "../numpy/divide.ts";
import { exp } from "../numpy/exp.ts";
import { multiply } from "../numpy/multiply.ts";
import { negative } from "../numpy/negative.ts";
import { square } from "../numpy/square.ts";
import { subtract } from "../numpy/subtract.ts";
import { where } from "../numpy/where.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { erf } from "./erf.ts";

export const erfcOp: OpDef<NoAttrs> = defineUnary({
  name: "erfc",
  keras: "keras.src.ops.math.Erfc",
  decompose: (x) => where(less(x, 0.5), subtract(1, erf(x)), tail(x)),
  gradient: (g, x) => multiply(g, multiply(exp(negative(square(x))), -2 / Math.sqrt(Math.PI))),
});

/**
 * erfc where 1 - erf would cancel: exp(-x²) times a rational function fitted in t = 1 / (1 + x/2), to a relative error of 1.2e-7.
 */
function tail(x: Tensor): Tensor {
  const z = absolute(x);
  const t = divide(1, add(1, multiply(z, 0.5)));
  const coefficients = [
    0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368,
    -1.26551223,
  ];
  const polynomial = coefficients.reduce<Tensor | number>((p, c) => add(multiply(p, t), c), 0);
  return multiply(t, exp(add(negative(square(z)), polynomial)));
}

/**
 * The complement of the error function: 1 - erf(x), without cancellation for large x.
 *
 * Source: Press et al., Numerical Recipes (1992), section 6.2.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.erfc([0]).array()); // [1]
 * ```
 */
export function erfc(x: KerasTensor): KerasTensor;
export function erfc(x: TensorLike): Tensor;
export function erfc(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(erfcOp, [x], {})[0]!;
}

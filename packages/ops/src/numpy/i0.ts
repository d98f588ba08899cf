import { asDType } from "../define/as-dtype.ts";
import type { NoAttrs } from "../define/attrs.ts";
import { notComplex } from "../define/kinds.ts";
import { polynomial } from "../define/polynomial.ts";
import { defineUnary } from "../define/unary.ts";
import { resultType } from "../dtype.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { absolute } from "./absolute.ts";
import { lessEqual } from "./compare.ts";
import { divide } from "./divide.ts";
import { exp } from "./exp.ts";
import { maximum } from "./maximum.ts";
import { minimum } from "./minimum.ts";
import { multiply } from "./multiply.ts";
import { rsqrt } from "./rsqrt.ts";
import { sign } from "./sign.ts";
import { where } from "./where.ts";

/** Where the two approximations meet. */
const SPLIT = 3.75;

// Polynomial approximations 9.8.1 to 9.8.4 of M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions" (1964); their error is
// below 2e-7. For small |x| they are in (x / 3.75)², for large ones in 3.75 / x, scaled by exp(x) / √x.
const I0_SMALL = [1, 3.5156229, 3.0899424, 1.2067492, 0.2659732, 0.0360768, 0.0045813];
const I0_LARGE = [
  0.39894228, 0.01328592, 0.00225319, -0.00157565, 0.00916281, -0.02057706, 0.02635537, -0.01647633, 0.00392377,
];
const I1_SMALL = [0.5, 0.87890594, 0.51498869, 0.15084934, 0.02658733, 0.00301532, 0.00032411];
const I1_LARGE = [
  0.39894228, -0.03988024, -0.00362018, 0.00163801, -0.01031555, 0.02282967, -0.02895312, 0.01787654, -0.00420059,
];

function approximation(x: Tensor, small: (ratio: Tensor, size: Tensor) => Tensor, large: readonly number[]): Tensor {
  const wide = asDType(x, resultType(x.dtype, "float32"));
  const size = absolute(wide);
  const near = divide(minimum(size, SPLIT), SPLIT);
  const far = maximum(size, SPLIT);
  const tail = multiply(multiply(exp(far), rsqrt(far)), polynomial(divide(SPLIT, far), large));
  return asDType(where(lessEqual(size, SPLIT), small(multiply(near, near), size), tail), x.dtype);
}

export const i0Op: OpDef<NoAttrs> = defineUnary({
  name: "i0",
  keras: "keras.src.ops.numpy.I0",
  result: (dtype) => notComplex(dtype, "i0"),
  decompose: (x) => approximation(x, (ratio) => polynomial(ratio, I0_SMALL), I0_LARGE),
  // The derivative is the function of order 1.
  gradient: (g, x) =>
    multiply(
      g,
      multiply(
        sign(x),
        approximation(x, (ratio, size) => multiply(size, polynomial(ratio, I1_SMALL)), I1_LARGE),
      ),
    ),
});

/**
 * The modified Bessel function of the first kind of order 0, to float32 precision.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.i0([0]).array()); // [1]
 * ```
 */
export function i0(x: KerasTensor): KerasTensor;
export function i0(x: TensorLike): Tensor;
export function i0(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(i0Op, [x], {})[0]!;
}

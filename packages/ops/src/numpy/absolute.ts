import type { NoAttrs } from "../define/attrs.ts";
import { dtypeOf, shaped } from "../define/operand.ts";
import { defineUnary } from "../define/unary.ts";
import { isComplex } from "../dtype.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { equal, greaterEqual } from "./compare.ts";
import { conj } from "./complex.ts";
import { identityOp } from "./copy.ts";
import { divide } from "./divide.ts";
import { multiply } from "./multiply.ts";
import { negative } from "./negative.ts";
import { where } from "./where.ts";

export const absoluteOp: OpDef<NoAttrs> = defineUnary({
  name: "absolute",
  keras: "keras.src.ops.numpy.Absolute",
  promote: "keep",
  result: (dtype) => (dtype === "complex64" ? "float32" : dtype === "complex128" ? "float64" : dtype),
  gradient: (g, x, y) => {
    // At 0 the derivative is 1, as in JAX.
    if (!isComplex(x.dtype)) return where(greaterEqual(x, 0), g, negative(g));
    return multiply(g, divide(conj(x), where(equal(y, 0), 1, y)));
  },
});

/**
 * The absolute value of every element; of complex numbers the magnitude, as a float.
 *
 * @param x - Any shape and numeric dtype; booleans stay as they are.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.absolute([-1, 2]).array()); // [1, 2]
 * ```
 */
export function absolute(x: KerasTensor): KerasTensor;
export function absolute(x: TensorLike): Tensor;
export function absolute(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  const value = shaped(x);
  return apply(dtypeOf(value) === "bool" ? identityOp : absoluteOp, [value], {})[0]!;
}

/**
 * As `absolute`.
 *
 * @param x - Any shape and numeric dtype.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.abs([-1, 2]).array()); // [1, 2]
 * ```
 */
export function abs(x: KerasTensor): KerasTensor;
export function abs(x: TensorLike): Tensor;
export function abs(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return absolute(x as TensorLike);
}

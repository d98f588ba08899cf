import type { NoAttrs } from "../define/attrs.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "./add.ts";
import { divide } from "./divide.ts";
import { multiply } from "./multiply.ts";
import { rsqrt } from "./rsqrt.ts";
import { square } from "./square.ts";
import { subtract } from "./subtract.ts";

export const sinhOp: OpDef<NoAttrs> = defineUnary({
  name: "sinh",
  keras: "keras.src.ops.numpy.Sinh",
  gradient: (g, x) => multiply(g, cosh(x)),
});

/**
 * The hyperbolic sine.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.sinh([0]).array()); // [0]
 * ```
 */
export function sinh(x: KerasTensor): KerasTensor;
export function sinh(x: TensorLike): Tensor;
export function sinh(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(sinhOp, [x], {})[0]!;
}

export const coshOp: OpDef<NoAttrs> = defineUnary({
  name: "cosh",
  keras: "keras.src.ops.numpy.Cosh",
  gradient: (g, x) => multiply(g, sinh(x)),
});

/**
 * The hyperbolic cosine.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.cosh([0]).array()); // [1]
 * ```
 */
export function cosh(x: KerasTensor): KerasTensor;
export function cosh(x: TensorLike): Tensor;
export function cosh(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(coshOp, [x], {})[0]!;
}

export const tanhOp: OpDef<NoAttrs> = defineUnary({
  name: "tanh",
  keras: "keras.src.ops.numpy.Tanh",
  gradient: (g, _, y) => multiply(g, subtract(1, multiply(y, y))),
});

/**
 * The hyperbolic tangent.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.tanh([0, 100]).array()); // [0, 1]
 * ```
 */
export function tanh(x: KerasTensor): KerasTensor;
export function tanh(x: TensorLike): Tensor;
export function tanh(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(tanhOp, [x], {})[0]!;
}

export const arcsinhOp: OpDef<NoAttrs> = defineUnary({
  name: "arcsinh",
  keras: "keras.src.ops.numpy.Arcsinh",
  gradient: (g, x) => multiply(g, rsqrt(add(multiply(x, x), 1))),
});

/**
 * The inverse hyperbolic sine.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.arcsinh([0]).array()); // [0]
 * ```
 */
export function arcsinh(x: KerasTensor): KerasTensor;
export function arcsinh(x: TensorLike): Tensor;
export function arcsinh(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(arcsinhOp, [x], {})[0]!;
}

export const arccoshOp: OpDef<NoAttrs> = defineUnary({
  name: "arccosh",
  keras: "keras.src.ops.numpy.Arccosh",
  gradient: (g, x) => multiply(g, rsqrt(subtract(square(x), 1))),
});

/**
 * The inverse hyperbolic cosine; NaN below 1.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.arccosh([1]).array()); // [0]
 * ```
 */
export function arccosh(x: KerasTensor): KerasTensor;
export function arccosh(x: TensorLike): Tensor;
export function arccosh(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(arccoshOp, [x], {})[0]!;
}

export const arctanhOp: OpDef<NoAttrs> = defineUnary({
  name: "arctanh",
  keras: "keras.src.ops.numpy.Arctanh",
  gradient: (g, x) => divide(g, subtract(1, multiply(x, x))),
});

/**
 * The inverse hyperbolic tangent; NaN outside of [-1, 1].
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.arctanh([0]).array()); // [0]
 * ```
 */
export function arctanh(x: KerasTensor): KerasTensor;
export function arctanh(x: TensorLike): Tensor;
export function arctanh(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(arctanhOp, [x], {})[0]!;
}

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
import { negative } from "./negative.ts";
import { rsqrt } from "./rsqrt.ts";
import { subtract } from "./subtract.ts";

export const sinOp: OpDef<NoAttrs> = defineUnary({
  name: "sin",
  keras: "keras.src.ops.numpy.Sin",
  gradient: (g, x) => multiply(g, cos(x)),
});

/**
 * The sine of angles in radians.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.sin([0, Math.PI / 2]).array()); // [0, 1]
 * ```
 */
export function sin(x: KerasTensor): KerasTensor;
export function sin(x: TensorLike): Tensor;
export function sin(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(sinOp, [x], {})[0]!;
}

export const cosOp: OpDef<NoAttrs> = defineUnary({
  name: "cos",
  keras: "keras.src.ops.numpy.Cos",
  gradient: (g, x) => negative(multiply(g, sin(x))),
});

/**
 * The cosine of angles in radians.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.cos([0, Math.PI]).array()); // [1, -1]
 * ```
 */
export function cos(x: KerasTensor): KerasTensor;
export function cos(x: TensorLike): Tensor;
export function cos(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(cosOp, [x], {})[0]!;
}

export const tanOp: OpDef<NoAttrs> = defineUnary({
  name: "tan",
  keras: "keras.src.ops.numpy.Tan",
  gradient: (g, _, y) => multiply(g, add(multiply(y, y), 1)),
});

/**
 * The tangent of angles in radians.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.tan([0]).array()); // [0]
 * ```
 */
export function tan(x: KerasTensor): KerasTensor;
export function tan(x: TensorLike): Tensor;
export function tan(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(tanOp, [x], {})[0]!;
}

export const arcsinOp: OpDef<NoAttrs> = defineUnary({
  name: "arcsin",
  keras: "keras.src.ops.numpy.Arcsin",
  gradient: (g, x) => multiply(g, rsqrt(subtract(1, multiply(x, x)))),
});

/**
 * The inverse sine, in radians in [-π/2, π/2]; NaN outside of [-1, 1].
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.arcsin([0]).array()); // [0]
 * ```
 */
export function arcsin(x: KerasTensor): KerasTensor;
export function arcsin(x: TensorLike): Tensor;
export function arcsin(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(arcsinOp, [x], {})[0]!;
}

export const arccosOp: OpDef<NoAttrs> = defineUnary({
  name: "arccos",
  keras: "keras.src.ops.numpy.Arccos",
  gradient: (g, x) => negative(multiply(g, rsqrt(subtract(1, multiply(x, x))))),
});

/**
 * The inverse cosine, in radians in [0, π]; NaN outside of [-1, 1].
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.arccos([1]).array()); // [0]
 * ```
 */
export function arccos(x: KerasTensor): KerasTensor;
export function arccos(x: TensorLike): Tensor;
export function arccos(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(arccosOp, [x], {})[0]!;
}

export const arctanOp: OpDef<NoAttrs> = defineUnary({
  name: "arctan",
  keras: "keras.src.ops.numpy.Arctan",
  gradient: (g, x) => divide(g, add(multiply(x, x), 1)),
});

/**
 * The inverse tangent, in radians in (-π/2, π/2).
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.arctan([0]).array()); // [0]
 * ```
 */
export function arctan(x: KerasTensor): KerasTensor;
export function arctan(x: TensorLike): Tensor;
export function arctan(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(arctanOp, [x], {})[0]!;
}

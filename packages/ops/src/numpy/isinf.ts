import type { NoAttrs } from "../define/attrs.ts";
import { notComplex } from "../define/kinds.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { absolute } from "./absolute.ts";
import { equal } from "./compare.ts";

export const isinfOp: OpDef<NoAttrs> = defineUnary({
  name: "isinf",
  keras: "keras.src.ops.numpy.Isinf",
  result: "bool",
  decompose: (x) => equal(absolute(x), Number.POSITIVE_INFINITY),
  gradient: null,
});

/**
 * Whether each element is infinite, of either sign.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.isinf([1, -Infinity]).array()); // [false, true]
 * ```
 */
export function isinf(x: KerasTensor): KerasTensor;
export function isinf(x: TensorLike): Tensor;
export function isinf(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(isinfOp, [x], {})[0]!;
}

export const isposinfOp: OpDef<NoAttrs> = defineUnary({
  name: "isposinf",
  keras: "keras.src.ops.numpy.Isposinf",
  result: (dtype) => (notComplex(dtype, "isposinf"), "bool"),
  decompose: (x) => equal(x, Number.POSITIVE_INFINITY),
  gradient: null,
});

/**
 * Whether each element is positive infinity.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.isposinf([Infinity, -Infinity]).array()); // [true, false]
 * ```
 */
export function isposinf(x: KerasTensor): KerasTensor;
export function isposinf(x: TensorLike): Tensor;
export function isposinf(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(isposinfOp, [x], {})[0]!;
}

export const isneginfOp: OpDef<NoAttrs> = defineUnary({
  name: "isneginf",
  keras: "keras.src.ops.numpy.Isneginf",
  result: (dtype) => (notComplex(dtype, "isneginf"), "bool"),
  decompose: (x) => equal(x, Number.NEGATIVE_INFINITY),
  gradient: null,
});

/**
 * Whether each element is negative infinity.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.isneginf([Infinity, -Infinity]).array()); // [false, true]
 * ```
 */
export function isneginf(x: KerasTensor): KerasTensor;
export function isneginf(x: TensorLike): Tensor;
export function isneginf(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(isneginfOp, [x], {})[0]!;
}

import { asDType } from "../define/as-dtype.ts";
import type { NoAttrs } from "../define/attrs.ts";
import { notBool, notComplex } from "../define/kinds.ts";
import { dtypeOf, shaped } from "../define/operand.ts";
import { defineUnary } from "../define/unary.ts";
import { floatResult, isDifferentiable, isInteger } from "../dtype.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import { isTensor, type Tensor } from "../tensor.ts";
import { identityOp } from "./copy.ts";
import { divide } from "./divide.ts";
import { multiply } from "./multiply.ts";

export const floorOp: OpDef<NoAttrs> = defineUnary({
  name: "floor",
  keras: "keras.src.ops.numpy.Floor",
  result: (dtype) => notComplex(dtype, "floor"),
  gradient: null,
});

/**
 * The largest whole number that is not above each element, as a float.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.floor([1.5, -1.5]).array()); // [1, -2]
 * ```
 */
export function floor(x: KerasTensor): KerasTensor;
export function floor(x: TensorLike): Tensor;
export function floor(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(floorOp, [x], {})[0]!;
}

export const ceilOp: OpDef<NoAttrs> = defineUnary({
  name: "ceil",
  keras: "keras.src.ops.numpy.Ceil",
  result: (dtype) => notComplex(dtype, "ceil"),
  gradient: null,
});

/**
 * The smallest whole number that is not below each element, as a float.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.ceil([1.5, -1.5]).array()); // [2, -1]
 * ```
 */
export function ceil(x: KerasTensor): KerasTensor;
export function ceil(x: TensorLike): Tensor;
export function ceil(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(ceilOp, [x], {})[0]!;
}

export const truncOp: OpDef<NoAttrs> = defineUnary({
  name: "trunc",
  keras: "keras.src.ops.numpy.Trunc",
  result: (dtype) => notComplex(dtype, "trunc"),
  gradient: null,
});

/**
 * The whole number next to each element toward zero. Integers and booleans stay as they are.
 *
 * @param x - Any shape and real dtype.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.trunc([1.7, -1.7]).array()); // [1, -1]
 * ```
 */
export function trunc(x: KerasTensor): KerasTensor;
export function trunc(x: TensorLike): Tensor;
export function trunc(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  const value = shaped(x);
  return apply(isDifferentiable(dtypeOf(value)) ? truncOp : identityOp, [value], {})[0]!;
}

export const roundOp: OpDef<NoAttrs> = defineUnary({
  name: "round",
  keras: "keras.src.ops.numpy.Round",
  gradient: null,
});

export const roundDecimalsOp: OpDef<{ readonly decimals: number }> = defineOp({
  name: "round_decimals",
  keras: "keras.src.ops.numpy.Round",
  ownsConfig: ({ decimals }) => decimals !== 0,
  resolve: ([x], attrs) => {
    // As in Keras a symbolic tensor is not asked: its values may get another dtype.
    if (isTensor(x)) notBool(x.dtype, "round");
    return attrs;
  },
  infer: ([x]) => [x!],
  decompose: ([x], { decimals }) => {
    if (isInteger(x!.dtype) && decimals >= 0) return [x!];
    // Negative powers of ten are not exact, positive ones are.
    const factor = 10 ** Math.abs(decimals);
    const wide = asDType(x!, floatResult(x!.dtype));
    const scaled = decimals < 0 ? divide(wide, factor) : multiply(wide, factor);
    const whole = apply(roundOp, [scaled], {})[0]!;
    return [asDType(decimals < 0 ? multiply(whole, factor) : divide(whole, factor), x!.dtype)];
  },
  vjp: null,
});

/** Options of `round`. */
export interface RoundOptions {
  /** Digits after the decimal point; negative ones are before it. Default 0. */
  readonly decimals?: number | undefined;
}

/**
 * Rounds to the nearest number with so many decimals, halves to the even one.
 *
 * @param x - Any shape and numeric dtype; integers stay integers.
 * @param options - `decimals`.
 * @throws {DTypeError} for booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.round([0.5, 1.5, 2.25]).array()); // [0, 2, 2]
 * console.log(await ops.round([1234], { decimals: -2 }).array()); // [1200]
 * ```
 */
export function round(x: KerasTensor, options?: RoundOptions): KerasTensor;
export function round(x: TensorLike, options?: RoundOptions): Tensor;
export function round(x: TensorLike | KerasTensor, options: RoundOptions = {}): Tensor | KerasTensor {
  const { decimals = 0 } = options;
  const value = shaped(x);
  const simple = decimals === 0 && isDifferentiable(dtypeOf(value));
  return simple ? apply(roundOp, [value], {})[0]! : apply(roundDecimalsOp, [value], { decimals })[0]!;
}

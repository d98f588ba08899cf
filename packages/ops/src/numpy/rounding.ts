import type { NoAttrs } from "../define/attrs.ts";
import { notComplex } from "../define/kinds.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

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

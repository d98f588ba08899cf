import type { NoAttrs } from "../define/attrs.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { multiply } from "./multiply.ts";

export const deg2radOp: OpDef<NoAttrs> = defineUnary({
  name: "deg2rad",
  keras: "keras.src.ops.numpy.Deg2rad",
  decompose: (x) => multiply(x, Math.PI / 180),
  inline: true,
});

/**
 * Degrees to radians.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.deg2rad([0, 180]).array()); // [0, 3.1415927]
 * ```
 */
export function deg2rad(x: KerasTensor): KerasTensor;
export function deg2rad(x: TensorLike): Tensor;
export function deg2rad(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(deg2radOp, [x], {})[0]!;
}

export const rad2degOp: OpDef<NoAttrs> = defineUnary({
  name: "rad2deg",
  keras: "keras.src.ops.numpy.Rad2deg",
  decompose: (x) => multiply(x, 180 / Math.PI),
  inline: true,
});

/**
 * Radians to degrees.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.rad2deg([0, Math.PI]).array()); // [0, 180]
 * ```
 */
export function rad2deg(x: KerasTensor): KerasTensor;
export function rad2deg(x: TensorLike): Tensor;
export function rad2deg(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(rad2degOp, [x], {})[0]!;
}

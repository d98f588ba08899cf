import type { NoAttrs } from "../define/attrs.ts";
import { notComplex } from "../define/kinds.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { absolute } from "./absolute.ts";

export const fabsOp: OpDef<NoAttrs> = defineUnary({
  name: "fabs",
  keras: "keras.src.ops.numpy.Fabs",
  result: (dtype) => notComplex(dtype, "fabs"),
  decompose: (x) => absolute(x),
  inline: true,
});

/**
 * The absolute value as a float.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.fabs([-1.5, 2]).array()); // [1.5, 2]
 * ```
 */
export function fabs(x: KerasTensor): KerasTensor;
export function fabs(x: TensorLike): Tensor;
export function fabs(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(fabsOp, [x], {})[0]!;
}

import type { NoAttrs } from "../define/attrs.ts";
import { notBool } from "../define/kinds.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const signOp: OpDef<NoAttrs> = defineUnary({
  name: "sign",
  keras: "keras.src.ops.numpy.Sign",
  promote: "keep",
  check: (dtype) => notBool(dtype, "sign"),
  gradient: null,
});

/**
 * The sign of every element: -1, 0 or 1; NaN stays NaN.
 *
 * @param x - Any shape and numeric dtype.
 * @throws {DTypeError} for booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.sign([-3, 0, 5]).array()); // [-1, 0, 1]
 * ```
 */
export function sign(x: KerasTensor): KerasTensor;
export function sign(x: TensorLike): Tensor;
export function sign(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(signOp, [x], {})[0]!;
}

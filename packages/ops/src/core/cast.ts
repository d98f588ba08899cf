import { apply } from "../execution/dispatch.ts";
import { isDifferentiable, standardizeDType, type DType } from "../dtype.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const castOp: OpDef<{ readonly dtype: DType }> = defineOp({
  name: "cast",
  keras: "keras.src.ops.core.Cast",
  infer: ([x], { dtype }) => [{ shape: x!.shape, dtype }],
  vjp: ({ inputs: [x], attrs, grads: [g] }) => [
    isDifferentiable(attrs.dtype) && isDifferentiable(x!.dtype) ? cast(g!, x!.dtype) : null,
  ],
});

/**
 * Converts a tensor to another dtype. Floats become integers by truncation toward zero, anything but 0 becomes `true`.
 *
 * @param x - Any shape.
 * @param dtype - The dtype to convert to.
 * @throws {DTypeError} when `dtype` is unknown or the backend lacks it.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.cast([1.7, -1.7], "int32").array()); // [1, -1]
 * ```
 */
export function cast(x: KerasTensor, dtype: DType): KerasTensor;
export function cast(x: TensorLike, dtype: DType): Tensor;
export function cast(x: TensorLike | KerasTensor, dtype: DType): Tensor | KerasTensor {
  return apply(castOp, [x], { dtype: standardizeDType(dtype) })[0]!;
}

import { resolveOptions } from "../define/options.ts";
import { dtypeOf, shaped } from "../define/operand.ts";
import { standardizeDType, type DType } from "../dtype.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { full, type DTypeOptions } from "./full.ts";

export const onesLikeOp: OpDef<{ readonly dtype: DType }> = defineOp({
  name: "ones_like",
  keras: "keras.src.ops.numpy.OnesLike",
  infer: ([x], { dtype }) => [{ shape: x!.shape, dtype }],
  decompose: ([x], { dtype }) => [full(x!.shape, 1, { dtype })],
  vjp: null,
});

/**
 * Ones of the shape of another tensor.
 *
 * @param x - Any shape and dtype.
 * @param options - `dtype` of the result, or that dtype itself; default: that of `x`.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.onesLike([3, 4]).array()); // [1, 1]
 * ```
 */
export function onesLike(x: KerasTensor, options?: DTypeOptions | DType): KerasTensor;
export function onesLike(x: TensorLike, options?: DTypeOptions | DType): Tensor;
export function onesLike(x: TensorLike | KerasTensor, options?: DTypeOptions | DType): Tensor | KerasTensor {
  const value = shaped(x);
  const { dtype } = resolveOptions<DTypeOptions>(options);
  return apply(onesLikeOp, [value], { dtype: dtype ? standardizeDType(dtype) : dtypeOf(value) })[0]!;
}

import { resolveOptions } from "../define/options.ts";
import { dtypeOf, shaped } from "../define/operand.ts";
import { standardizeDType, type DType } from "../dtype.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { full, type DTypeOptions } from "./full.ts";

export const zerosLikeOp: OpDef<{ readonly dtype: DType }> = defineOp({
  name: "zeros_like",
  keras: "keras.src.ops.numpy.ZerosLike",
  infer: ([x], { dtype }) => [{ shape: x!.shape, dtype }],
  decompose: ([x], { dtype }) => [full(x!.shape, 0, { dtype })],
  vjp: null,
});

/**
 * Zeros of the shape of another tensor.
 *
 * @param x - Any shape and dtype.
 * @param options - `dtype` of the result, or that dtype itself; default: that of `x`.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.zerosLike([3, 4]).array()); // [0, 0]
 * ```
 */
export function zerosLike(x: KerasTensor, options?: DTypeOptions | DType): KerasTensor;
export function zerosLike(x: TensorLike, options?: DTypeOptions | DType): Tensor;
export function zerosLike(x: TensorLike | KerasTensor, options?: DTypeOptions | DType): Tensor | KerasTensor {
  const value = shaped(x);
  const { dtype } = resolveOptions<DTypeOptions>(options);
  return apply(zerosLikeOp, [value], { dtype: dtype ? standardizeDType(dtype) : dtypeOf(value) })[0]!;
}

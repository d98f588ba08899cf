import { resolveOptions } from "../define/options.ts";
import { dtypeOf, shaped } from "../define/operand.ts";
import { resultType, standardizeDType, type DType } from "../dtype.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { broadcastShapes } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { broadcastTo } from "./broadcast-to.ts";
import type { DTypeOptions } from "./full.ts";

export const fullLikeOp: OpDef<{ readonly dtype: DType }> = defineOp({
  name: "full_like",
  keras: "keras.src.ops.numpy.FullLike",
  promote: ([x], { dtype }) => [resultType(x!.dtype), dtype],
  infer: ([x, value], { dtype }) => {
    broadcastShapes([x!.shape, value!.shape], "full_like");
    return [{ shape: x!.shape, dtype }];
  },
  decompose: ([x, value]) => [broadcastTo(value!, x!.shape)],
});

/**
 * A tensor of the shape of another, filled with one value.
 *
 * @param x - Any shape and dtype.
 * @param fillValue - A scalar, or values that broadcast to the shape of `x`.
 * @param options - `dtype` of the result, or that dtype itself; default: that of `x`.
 * @throws {ShapeError} when `fillValue` does not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.fullLike([3, 4], 7).array()); // [7, 7]
 * ```
 */
export function fullLike(x: KerasTensor, fillValue: Other, options?: DTypeOptions | DType): KerasTensor;
export function fullLike(x: TensorLike, fillValue: TensorLike, options?: DTypeOptions | DType): Tensor;
export function fullLike(x: Other, fillValue: Other, options?: DTypeOptions | DType): Tensor | KerasTensor {
  const value = shaped(x);
  const { dtype } = resolveOptions<DTypeOptions>(options);
  return apply(fullLikeOp, [value, fillValue], { dtype: dtype ? standardizeDType(dtype) : dtypeOf(value) })[0]!;
}

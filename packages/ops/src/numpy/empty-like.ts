import type { DType } from "../dtype.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import type { DTypeOptions } from "./full.ts";
import { zerosLike } from "./zeros-like.ts";

/**
 * A tensor of the shape of another, whose values do not matter: here they are zeros.
 *
 * @param x - Any shape and dtype.
 * @param options - `dtype` of the result, or that dtype itself; default: that of `x`.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.emptyLike([3, 4]).shape); // [2]
 * ```
 */
export function emptyLike(x: KerasTensor, options?: DTypeOptions | DType): KerasTensor;
export function emptyLike(x: TensorLike, options?: DTypeOptions | DType): Tensor;
export function emptyLike(x: TensorLike | KerasTensor, options?: DTypeOptions | DType): Tensor | KerasTensor {
  return zerosLike(x as TensorLike, options);
}

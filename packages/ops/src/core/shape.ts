import { dtypeOf, shaped } from "../define/operand.ts";
import type { Dim } from "../dim.ts";
import type { DType } from "../dtype.ts";
import type { OpInput } from "../execution/dispatch.ts";
import type { TensorLike } from "../operand.ts";
import { isScalar } from "../scalar.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";

/**
 * The sizes of a tensor. Sizes of a symbolic tensor that are unknown are `null`. Inside a traced function a size may be symbolic; ops
 * take it wherever they take a size.
 *
 * @param x - Any shape and dtype.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.shape([[1, 2, 3], [4, 5, 6]])); // [2, 3]
 * ```
 */
export function shape(x: KerasTensor): readonly (number | null)[];
export function shape(x: TensorLike): readonly number[];
export function shape(x: OpInput): readonly (Dim | null)[] {
  const value = shaped(x);
  return isScalar(value) ? [] : value.shape;
}

/**
 * The number of axes of a tensor.
 *
 * @param x - Any shape and dtype.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.ndim([[1, 2, 3]])); // 2
 * ```
 */
export function ndim(x: OpInput): number {
  return shape(x as TensorLike).length;
}

/**
 * The dtype of a tensor.
 *
 * @param x - Any shape and dtype.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.dtype([1, 2]), ops.dtype(1)); // "float32" "int32"
 * ```
 */
export function dtype(x: OpInput): DType {
  return dtypeOf(shaped(x));
}

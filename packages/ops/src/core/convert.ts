import { asDType } from "../define/as-dtype.ts";
import { resultType, standardizeDType, type DType } from "../dtype.ts";
import { UnsupportedError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { toTensor } from "../convert.ts";
import type { NDArray } from "../ndarray.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { isKerasTensor } from "../symbolic/is-keras-tensor.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

/** `convertToTensor` of a symbolic tensor. */
export const convertToTensorOp: OpDef<{ readonly dtype: DType | null }> = defineOp({
  name: "convert_to_tensor",
  keras: "keras.src.ops.core.ConvertToTensor",
  infer: ([x], { dtype }) => [{ shape: x!.shape, dtype: dtype ?? resultType(x!.dtype) }],
  decompose: ([x], { dtype }) => [asDType(x!, dtype ?? x!.dtype)],
  inline: true,
});

/** Options of `convertToTensor`. */
export interface ConvertOptions {
  /** Only `false` (or nothing): sparse tensors are not supported. */
  readonly sparse?: boolean | null | undefined;
  /** Only `false` (or nothing): ragged tensors are not supported. */
  readonly ragged?: boolean | null | undefined;
}

/**
 * Any value as a tensor.
 *
 * @param x - Numbers, booleans, strings, nested or typed arrays, host data, Variables or tensors. Arrays of numbers become floatx.
 * @param dtype - Converted to it when given.
 * @param options - For the parity with Keras.
 * @throws {ArgumentError} when nested arrays are not rectangular, or a value is of no use.
 * @throws {UnsupportedError} when a sparse or ragged tensor is asked for.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.convertToTensor([[1, 2], [3, 4]], "int32").dtype); // "int32"
 * ```
 */
export function convertToTensor(x: KerasTensor, dtype?: DType | null, options?: ConvertOptions): KerasTensor;
export function convertToTensor(x: TensorLike, dtype?: DType | null, options?: ConvertOptions): Tensor;
export function convertToTensor(
  x: TensorLike | KerasTensor,
  dtype: DType | null = null,
  options: ConvertOptions = {},
): Tensor | KerasTensor {
  if (options.sparse || options.ragged) {
    throw new UnsupportedError(`${options.sparse ? "sparse" : "ragged"} tensors are not supported: use dense ones`, {
      op: "convert_to_tensor",
    });
  }
  const target = dtype === null ? null : standardizeDType(dtype);
  return isKerasTensor(x) ? apply(convertToTensorOp, [x], { dtype: target })[0]! : toTensor(x, target ?? undefined);
}

/**
 * As `convertToTensor`.
 *
 * @param x - Numbers, booleans, strings, nested or typed arrays, host data, Variables or tensors. Arrays of numbers become floatx.
 * @param dtype - Converted to it when given.
 * @throws {ArgumentError} when nested arrays are not rectangular, or a value is of no use.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.array([[1, 2], [3, 4]], "int32").array()); // [[1, 2], [3, 4]]
 * ```
 */
export function array(
  x: KerasTensor,
  dtype?: DType | null | { readonly dtype?: DType | null | undefined },
): KerasTensor;
export function array(x: TensorLike, dtype?: DType | null | { readonly dtype?: DType | null | undefined }): Tensor;
export function array(
  x: TensorLike | KerasTensor,
  dtype: DType | null | { readonly dtype?: DType | null | undefined } = null,
): Tensor | KerasTensor {
  return convertToTensor(x as TensorLike, typeof dtype === "object" ? (dtype?.dtype ?? null) : dtype);
}

/**
 * Any value as host data.
 *
 * @param x - What `convertToTensor` takes.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const a = await ops.convertToNumpy(ops.add([1, 2], 1));
 * console.log(Array.from(a.values as Float32Array), a.shape); // [2, 3] [2]
 * ```
 */
export async function convertToNumpy(x: TensorLike): Promise<NDArray> {
  return toTensor(x).ndarray();
}

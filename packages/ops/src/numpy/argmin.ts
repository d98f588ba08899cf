import {
  argExtremum,
  defineArgExtremum,
  defineFlatArgExtremum,
  type ArgExtremumArg,
  type ArgExtremumAttrs,
  type FlatArgExtremumAttrs,
} from "../define/arg-extremum.ts";
import type { OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const argminOp: OpDef<ArgExtremumAttrs> = defineArgExtremum("argmin", "keras.src.ops.numpy.Argmin");

export const argminFlatOp: OpDef<FlatArgExtremumAttrs> = defineFlatArgExtremum(
  "argmin_flat",
  "keras.src.ops.numpy.Argmin",
  () => argminOp,
);

/**
 * The index of the first smallest element along an axis; that of the first NaN where there is one.
 *
 * @param x - Any shape and real dtype.
 * @param options - `axis` (default: all elements in row-major order) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when the axis is out of range.
 * @throws {ShapeError} when there is nothing to choose from.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.argmin([[1, 5], [4, 3]], 1).array()); // [0, 1]
 * ```
 */
export function argmin(x: KerasTensor, options?: ArgExtremumArg): KerasTensor;
export function argmin(x: TensorLike, options?: ArgExtremumArg): Tensor;
export function argmin(x: Other, options?: ArgExtremumArg): Tensor | KerasTensor {
  return argExtremum({ along: argminOp, flat: argminFlatOp }, x, options);
}

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

export const argmaxOp: OpDef<ArgExtremumAttrs> = defineArgExtremum("argmax", "keras.src.ops.numpy.Argmax");

export const argmaxFlatOp: OpDef<FlatArgExtremumAttrs> = defineFlatArgExtremum(
  "argmax_flat",
  "keras.src.ops.numpy.Argmax",
  () => argmaxOp,
);

/**
 * The index of the first largest element along an axis; that of the first NaN where there is one.
 *
 * @param x - Any shape and real dtype.
 * @param options - `axis` (default: all elements in row-major order) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when the axis is out of range.
 * @throws {ShapeError} when there is nothing to choose from.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.argmax([[1, 5], [4, 3]], 1).array()); // [1, 0]
 * ```
 */
export function argmax(x: KerasTensor, options?: ArgExtremumArg): KerasTensor;
export function argmax(x: TensorLike, options?: ArgExtremumArg): Tensor;
export function argmax(x: Other, options?: ArgExtremumArg): Tensor | KerasTensor {
  return argExtremum({ along: argmaxOp, flat: argmaxFlatOp }, x, options);
}

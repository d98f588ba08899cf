import {
  argExtremum,
  defineArgExtremum,
  defineFlatArgExtremum,
  type ArgExtremumArg,
  type ArgExtremumAttrs,
  type FlatArgExtremumAttrs,
} from "../define/arg-extremum.ts";
import { withoutNan } from "../define/nan.ts";
import { isDifferentiable } from "../dtype.ts";
import type { OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { all } from "./all.ts";
import { argmax } from "./argmax.ts";
import { isnan } from "./isnan.ts";
import { where } from "./where.ts";

export const nanargmaxOp: OpDef<ArgExtremumAttrs> = defineArgExtremum(
  "nanargmax",
  "keras.src.ops.numpy.Nanargmax",
  (x, attrs) => {
    const place = argmax(withoutNan(x, Number.NEGATIVE_INFINITY), attrs);
    return isDifferentiable(x.dtype) ? where(all(isnan(x), attrs), -1, place) : place;
  },
);

export const nanargmaxFlatOp: OpDef<FlatArgExtremumAttrs> = defineFlatArgExtremum(
  "nanargmax_flat",
  "keras.src.ops.numpy.Nanargmax",
  () => nanargmaxOp,
);

/**
 * The index of the first largest element along an axis that is not NaN; -1 where all are.
 *
 * @param x - Any shape and real dtype.
 * @param options - `axis` (default: all elements in row-major order) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when the axis is out of range.
 * @throws {ShapeError} when there is nothing to choose from.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.nanargmax([1, NaN, 3]).item()); // 2
 * ```
 */
export function nanargmax(x: KerasTensor, options?: ArgExtremumArg): KerasTensor;
export function nanargmax(x: TensorLike, options?: ArgExtremumArg): Tensor;
export function nanargmax(x: Other, options?: ArgExtremumArg): Tensor | KerasTensor {
  return argExtremum({ along: nanargmaxOp, flat: nanargmaxFlatOp }, x, options);
}

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
import { argmin } from "./argmin.ts";
import { isnan } from "./isnan.ts";
import { where } from "./where.ts";

export const nanargminOp: OpDef<ArgExtremumAttrs> = defineArgExtremum(
  "nanargmin",
  "keras.src.ops.numpy.Nanargmin",
  (x, attrs) => {
    const place = argmin(withoutNan(x, Number.POSITIVE_INFINITY), attrs);
    return isDifferentiable(x.dtype) ? where(all(isnan(x), attrs), -1, place) : place;
  },
);

export const nanargminFlatOp: OpDef<FlatArgExtremumAttrs> = defineFlatArgExtremum(
  "nanargmin_flat",
  "keras.src.ops.numpy.Nanargmin",
  () => nanargminOp,
);

/**
 * The index of the first smallest element along an axis that is not NaN; -1 where all are.
 *
 * @param x - Any shape and real dtype.
 * @param options - `axis` (default: all elements in row-major order) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when the axis is out of range.
 * @throws {ShapeError} when there is nothing to choose from.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.nanargmin([1, NaN, 3]).item()); // 0
 * ```
 */
export function nanargmin(x: KerasTensor, options?: ArgExtremumArg): KerasTensor;
export function nanargmin(x: TensorLike, options?: ArgExtremumArg): Tensor;
export function nanargmin(x: Other, options?: ArgExtremumArg): Tensor | KerasTensor {
  return argExtremum({ along: nanargminOp, flat: nanargminFlatOp }, x, options);
}

import type { Dim } from "../dim.ts";
import { isInteger, isUnsigned } from "../dtype.ts";
import { DTypeError } from "../errors.ts";
import { add } from "../numpy/add.ts";
import { less } from "../numpy/compare.ts";
import { where } from "../numpy/where.ts";
import type { Tensor } from "../tensor.ts";
import { asDType } from "./as-dtype.ts";
import { dimValue } from "./size-along.ts";

/**
 * Indices into an axis of `size`, as int32, with negative ones counted from its end.
 *
 * @throws {DTypeError} unless they are integers.
 */
export function wrapIndices(indices: Tensor, size: Dim): Tensor {
  if (!isInteger(indices.dtype))
    throw new DTypeError(`indices are integers, not ${indices.dtype}: cast them with ops.cast(x, "int32")`);
  if (isUnsigned(indices.dtype)) return asDType(indices, "int32");
  const wide = asDType(indices, indices.dtype === "int64" ? "int64" : "int32");
  return where(less(wide, 0), add(wide, dimValue(size)), wide);
}

import type { DType } from "../dtype.ts";
import { dotGeneral, type DotAttrs } from "../numpy/dot-general.ts";
import type { Tensor } from "../tensor.ts";
import { asDType } from "./as-dtype.ts";

/** dtype of a product of matrices: that of its operands, except that 8-bit integers give int32. */
export function productDType(dtype: DType): DType {
  return dtype === "int8" ? "int32" : dtype;
}

/** A contraction in the dtype of the result; booleans are multiplied as integers. */
export function contract(x: Tensor, y: Tensor, attrs: DotAttrs, dtype: DType): Tensor {
  const work = dtype === "bool" ? "int32" : dtype;
  return asDType(dotGeneral(asDType(x, work), asDType(y, work), attrs), dtype);
}

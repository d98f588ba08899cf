import { cast } from "../core/cast.ts";
import type { DType } from "../dtype.ts";
import type { Tensor } from "../tensor.ts";

/** The tensor in a dtype; itself when it has it. */
export function asDType(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : cast(x, dtype);
}

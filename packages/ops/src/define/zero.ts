import type { DType } from "../dtype.ts";
import type { Scalar } from "../scalar.ts";

/** Nothing, as a scalar that does not promote: `false` beside booleans. */
export function zeroOf(dtype: DType): Scalar {
  return dtype === "bool" ? false : 0;
}

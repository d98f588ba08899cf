import type { NDArray } from "../ndarray.ts";
import { defineOp, type OpDef } from "../op.ts";

/** Host data as a value of the graph. */
export const constantOp: OpDef<{ readonly value: NDArray }> = defineOp({
  name: "constant",
  infer: (_, { value }) => [{ shape: value.shape, dtype: value.dtype }],
  vjp: null,
});

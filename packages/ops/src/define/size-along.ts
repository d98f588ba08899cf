import { dim, type Dim, type Shape } from "../dim.ts";
import { full } from "../numpy/full.ts";
import { sum } from "../numpy/sum.ts";
import type { Scalar } from "../scalar.ts";
import type { Tensor } from "../tensor.ts";

/** A size as an operand: a number where it is known; else, inside a trace, an int32 scalar that counts it when the graph runs. */
export function dimValue(size: Dim): Tensor | Scalar {
  return dim.isStatic(size) ? size : sum(full([size], 1, { dtype: "int32" }));
}

/** The number of elements along some axes of a shape, as an operand. */
export function sizeAlong(shape: Shape, axes: readonly number[]): Tensor | Scalar {
  return dimValue(dim.product(axes.map((axis) => shape[axis]!)));
}

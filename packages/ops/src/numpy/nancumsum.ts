import { cumulative, defineCumulative, type CumulativeArg, type CumulativeOp } from "../define/cumulative.ts";
import { withoutNan } from "../define/nan.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { cumsumTensor } from "./cumsum.ts";

export const nancumsumOp: CumulativeOp = defineCumulative({
  name: "nancumsum",
  keras: "keras.src.ops.numpy.Nancumsum",
  decompose: (x, attrs) => cumsumTensor(withoutNan(x, 0), attrs),
});

/**
 * The running sum along an axis, in which NaN counts as 0.
 *
 * @param x - Any shape and numeric dtype.
 * @param options - `axis` (default: all elements in row-major order, as one axis) and `dtype`; or the axis itself.
 * @throws {ArgumentError} when the axis is out of range.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.nancumsum([1, NaN, 3]).array()); // [1, 1, 4]
 * ```
 */
export function nancumsum(x: KerasTensor, options?: CumulativeArg): KerasTensor;
export function nancumsum(x: TensorLike, options?: CumulativeArg): Tensor;
export function nancumsum(x: Other, options?: CumulativeArg): Tensor | KerasTensor {
  return cumulative(nancumsumOp, x, options);
}

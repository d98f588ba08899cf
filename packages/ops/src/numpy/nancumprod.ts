import { cumulative, defineCumulative, type CumulativeArg, type CumulativeOp } from "../define/cumulative.ts";
import { withoutNan } from "../define/nan.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { cumprodTensor } from "./cumprod.ts";

export const nancumprodOp: CumulativeOp = defineCumulative({
  name: "nancumprod",
  keras: "keras.src.ops.numpy.Nancumprod",
  decompose: (x, attrs) => cumprodTensor(withoutNan(x, 1), attrs),
});

/**
 * The running product along an axis, in which NaN counts as 1.
 *
 * @param x - Any shape and numeric dtype.
 * @param options - `axis` (default: all elements in row-major order, as one axis) and `dtype`; or the axis itself.
 * @throws {ArgumentError} when the axis is out of range.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.nancumprod([1, NaN, 3]).array()); // [1, 1, 3]
 * ```
 */
export function nancumprod(x: KerasTensor, options?: CumulativeArg): KerasTensor;
export function nancumprod(x: TensorLike, options?: CumulativeArg): Tensor;
export function nancumprod(x: Other, options?: CumulativeArg): Tensor | KerasTensor {
  return cumulative(nancumprodOp, x, options);
}

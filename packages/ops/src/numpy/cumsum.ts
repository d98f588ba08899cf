import {
  defineCumulative,
  cumulative,
  type CumulativeArg,
  type CumulativeOp,
  type CumulativeAttrs,
} from "../define/cumulative.ts";
import { dispatch } from "../execution/dispatch.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const cumsumOp: CumulativeOp = defineCumulative({
  name: "cumsum",
  keras: "keras.src.ops.numpy.Cumsum",
  vjp: ({ attrs, grads: [g] }) => [cumsumTensor(g!, { ...attrs, reverse: !attrs.reverse })],
});

/**
 * Running sum of a tensor, with all attributes of the primitive.
 *
 * @internal
 */
export function cumsumTensor(x: Tensor, attrs: CumulativeAttrs): Tensor {
  return dispatch(cumsumOp as never, [x], { axis: attrs.axis, reverse: attrs.reverse, exclusive: attrs.exclusive })[0]!;
}

/**
 * The running sum along an axis.
 *
 * @param x - Any shape and numeric dtype.
 * @param options - `axis` (default: all elements in row-major order, as one axis) and `dtype` to add in; or the axis itself.
 * @throws {ArgumentError} when the axis is out of range.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.cumsum([1, 2, 3]).array()); // [1, 3, 6]
 * ```
 */
export function cumsum(x: KerasTensor, options?: CumulativeArg): KerasTensor;
export function cumsum(x: TensorLike, options?: CumulativeArg): Tensor;
export function cumsum(x: Other, options?: CumulativeArg): Tensor | KerasTensor {
  return cumulative(cumsumOp, x, options);
}

import {
  cumulative,
  defineCumulative,
  type CumulativeArg,
  type CumulativeAttrs,
  type CumulativeOp,
} from "../define/cumulative.ts";
import type { Shape } from "../dim.ts";
import { dispatch } from "../execution/dispatch.ts";
import type { Other, TensorLike } from "../operand.ts";
import { staticShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "./add.ts";
import { multiply } from "./multiply.ts";
import { padTensor } from "./pad-primitive.ts";

export const cumprodOp: CumulativeOp = defineCumulative({
  name: "cumprod",
  keras: "keras.src.ops.numpy.Cumprod",
  vjp: ({ inputs: [x], attrs, grads: [g] }) => [pullBack(x!, g!, attrs)],
});

/** The tensor moved by `by` along an axis, with `fill` where nothing comes from. */
function shifted(x: Tensor, axis: number, by: number, fill: number): Tensor {
  const shape: Shape = x.shape;
  const at = (n: number): number[] => shape.map((_, i) => (i === axis ? n : 0));
  return padTensor(x, at(by), at(-by), at(0), fill);
}

/**
 * Cotangent of a running product, without division, so that zeros do no harm: back through the steps of doubling
 * `y ← y · (y moved by 1, 2, 4, …)` (Hillis & Steele 1986, "Data parallel algorithms").
 */
function pullBack(x: Tensor, g: Tensor, { axis, reverse, exclusive }: CumulativeAttrs): Tensor {
  const size = staticShape([x.shape[axis]!], "cumprod")[0]!;
  const toward = reverse ? -1 : 1;
  const steps: Tensor[] = [exclusive ? shifted(x, axis, toward, 1) : x];
  const moves: number[] = [];
  for (let by = 1; by < size; by *= 2) {
    const y = steps.at(-1)!;
    moves.push(by * toward);
    steps.push(multiply(y, shifted(y, axis, by * toward, 1)));
  }
  let back = g;
  for (let i = moves.length - 1; i >= 0; i--) {
    const [y, by] = [steps[i]!, moves[i]!];
    back = add(multiply(back, shifted(y, axis, by, 1)), shifted(multiply(back, y), axis, -by, 0));
  }
  return exclusive ? shifted(back, axis, -toward, 0) : back;
}

/**
 * Running product of a tensor, with all attributes of the primitive.
 *
 * @internal
 */
export function cumprodTensor(x: Tensor, attrs: CumulativeAttrs): Tensor {
  return dispatch(cumprodOp as never, [x], {
    axis: attrs.axis,
    reverse: attrs.reverse,
    exclusive: attrs.exclusive,
  })[0]!;
}

/**
 * The running product along an axis.
 *
 * @param x - Any shape and numeric dtype.
 * @param options - `axis` (default: all elements in row-major order, as one axis) and `dtype` to multiply in; or the axis itself.
 * @throws {ArgumentError} when the axis is out of range.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.cumprod([1, 2, 3]).array()); // [1, 2, 6]
 * ```
 */
export function cumprod(x: KerasTensor, options?: CumulativeArg): KerasTensor;
export function cumprod(x: TensorLike, options?: CumulativeArg): Tensor;
export function cumprod(x: Other, options?: CumulativeArg): Tensor | KerasTensor {
  return cumulative(cumprodOp, x, options);
}

import { dim, type Shape } from "../dim.ts";
import { reshape } from "../numpy/reshape.ts";
import { sum } from "../numpy/sum.ts";
import { sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** The cotangent of an operand of `shape` that was broadcast to the shape of `g`: summed over the copies. */
export function unbroadcast(g: Tensor, shape: Shape): Tensor {
  const from: Shape = g.shape;
  if (sameShape(from, shape)) return g;
  const added = from.length - shape.length;
  const axis = from.flatMap((d, i) => (i < added || (shape[i - added] === 1 && !dim.equal(d, 1)) ? [i] : []));
  const summed = axis.length > 0 ? sum(g, { axis, keepdims: added === 0 }) : g;
  return sameShape(summed.shape, shape) ? summed : reshape(summed, shape);
}

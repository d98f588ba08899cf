import { reshape } from "../numpy/reshape.ts";
import { broadcastTo } from "../numpy/broadcast-to.ts";
import type { Shape } from "../dim.ts";
import { reducedShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** A reduced tensor with the reduced axes as axes of size 1. */
export function withReducedAxes(y: Tensor, shape: Shape, axes: readonly number[]): Tensor {
  return reshape(y, reducedShape(shape, axes, true));
}

/** A reduced tensor repeated along the reduced axes: the cotangent of a sum. */
export function spreadOver(y: Tensor, shape: Shape, axes: readonly number[]): Tensor {
  return broadcastTo(withReducedAxes(y, shape, axes), shape);
}

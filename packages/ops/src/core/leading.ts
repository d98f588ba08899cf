import type { Tensor } from "../tensor.ts";
import { dispatch } from "../execution/dispatch.ts";
import { reshapeOp } from "../numpy/reshape.ts";
import { sliceOp } from "../numpy/slice.ts";

/** `x[t]` along the first axis. */
export function sliceAt(x: Tensor, t: number): Tensor {
  const rest = x.shape.slice(1);
  const part = dispatch(sliceOp, [x], {
    start: [t, ...rest.map(() => 0)],
    limit: [t + 1, ...rest],
    strides: x.shape.map(() => 1),
  })[0]!;
  return dispatch(reshapeOp, [part], { shape: rest })[0]!;
}

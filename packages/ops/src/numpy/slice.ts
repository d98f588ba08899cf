import { dim, type Dim, type Shape } from "../dim.ts";
import { dispatch } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import { sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { padOp } from "./pad-primitive.ts";
import { scalarTensor } from "../convert.ts";

/** Attributes of `slice`: `x[start:limit:stride]` along every axis. */
export interface SliceAttrs {
  readonly [key: string]: unknown;
  readonly start: readonly Dim[];
  readonly limit: readonly Dim[];
  readonly strides: readonly number[];
}

export const sliceOp: OpDef<SliceAttrs> = defineOp({
  name: "slice",
  infer: ([x], { start, limit, strides }) => [
    { shape: start.map((s, i) => dim.ceildiv(dim.sub(limit[i]!, s), strides[i]!)), dtype: x!.dtype },
  ],
  vjp: ({ inputs: [x], attrs: { start, strides }, grads: [g] }) => {
    // Every element back to where it was taken from, zeros elsewhere.
    const from: Shape = x!.shape;
    const size: Shape = g!.shape;
    const covered = size.map((n, i) => (n === 0 ? 0 : dim.add(dim.mul(dim.sub(n, 1), strides[i]!), 1)));
    const high = from.map((d, i) => dim.sub(d, dim.add(start[i]!, covered[i]!)));
    return dispatch(padOp, [g!, scalarTensor(0, g!.dtype)], { low: start, high, interior: strides.map((s) => s - 1) });
  },
});

/**
 * `x[start:limit]`, with steps, along every axis.
 *
 * @internal
 */
export function sliceTensor(
  x: Tensor,
  start: readonly Dim[],
  limit: readonly Dim[],
  strides: readonly number[] = start.map(() => 1),
): Tensor {
  const whole = start.every((s) => s === 0) && sameShape(limit, x.shape) && strides.every((s) => s === 1);
  return whole ? x : dispatch(sliceOp, [x], { start, limit, strides })[0]!;
}

/**
 * `x[start:limit]` along one axis.
 *
 * @internal
 */
export function sliceAxis(x: Tensor, axis: number, start: Dim, limit: Dim): Tensor {
  const shape: Shape = x.shape;
  return sliceTensor(
    x,
    shape.map((_, i) => (i === axis ? start : 0)),
    shape.map((d, i) => (i === axis ? limit : d)),
  );
}

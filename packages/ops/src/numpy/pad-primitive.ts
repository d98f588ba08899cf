import { scalarTensor } from "../convert.ts";
import { dim, type Dim, type Shape } from "../dim.ts";
import { dispatch } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Scalar } from "../scalar.ts";
import type { Tensor } from "../tensor.ts";
import { sliceOp } from "./slice.ts";
import { subtract } from "./subtract.ts";
import { sum } from "./sum.ts";

/** Attributes of the primitive `pad`. */
export interface PadAttrs {
  readonly [key: string]: unknown;
  readonly low: readonly Dim[];
  readonly high: readonly Dim[];
  readonly interior: readonly number[];
}

/** Size of an axis after padding between its elements. */
function spread(size: Dim, interior: number): Dim {
  return size === 0 || interior === 0 ? size : dim.add(dim.mul(dim.sub(size, 1), interior + 1), 1);
}

export const padOp: OpDef<PadAttrs> = defineOp({
  name: "pad",
  infer: ([x], { low, high, interior }) => [
    { shape: x!.shape.map((d, i) => dim.add(dim.add(low[i]!, spread(d, interior[i]!)), high[i]!)), dtype: x!.dtype },
  ],
  vjp: ({ inputs: [x], attrs: { low, high, interior }, grads: [g], needs }) => {
    const dx = unpad(g!, x!.shape, low, high, interior);
    return [needs(0) ? dx : null, needs(1) ? subtract(sum(g!), sum(dx)) : null];
  },
});

/** The elements of a padded tensor that came from the operand; zeros for those that negative padding cut. */
function unpad(
  g: Tensor,
  shape: Shape,
  low: readonly Dim[],
  high: readonly Dim[],
  interior: readonly number[],
): Tensor {
  const none = shape.map(() => 0);
  const cuts = (d: Dim): boolean => dim.isStatic(d) && d < 0;
  const back = (d: Dim): Dim => (cuts(d) ? dim.mul(d, -1) : 0);
  const kept = (d: Dim): Dim => (cuts(d) ? 0 : d);
  const whole = padTensor(g, low.map(back), high.map(back), none, 0);
  const start = low.map(kept);
  const limit = start.map((s, i) => dim.add(s, spread(shape[i]!, interior[i]!)));
  return dispatch(sliceOp, [whole], { start, limit, strides: interior.map((n) => n + 1) })[0]!;
}

/**
 * Adds `value` before, after and between elements.
 *
 * @internal
 */
export function padTensor(
  x: Tensor,
  low: readonly Dim[],
  high: readonly Dim[],
  interior: readonly number[],
  value: Scalar,
): Tensor {
  if ([...low, ...high, ...interior].every((n) => n === 0)) return x;
  return dispatch(padOp, [x, scalarTensor(value, x.dtype)], { low, high, interior })[0]!;
}

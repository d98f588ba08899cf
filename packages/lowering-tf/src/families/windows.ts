import { dim, type Dim } from "@keras/ops";

/** Padding of one axis, before and after. */
export type Sides = readonly [Dim, Dim];

/**
 * Whether TensorFlow's rule "SAME" gives this padding: as many outputs as there are strides in the input, and the odd element behind.
 */
export function isSame(size: Dim, reach: number, stride: number, [low, high]: Sides): boolean {
  if (stride === 1) return dim.add(low, high) === reach - 1 && low === Math.floor((reach - 1) / 2);
  const total = dim.add(reach - stride, dim.mod(dim.mul(size, -1), stride));
  if (!dim.isStatic(total) && reach < stride) return false;
  const wanted = dim.isStatic(total) ? Math.max(total, 0) : total;
  const before = dim.floordiv(wanted, 2);
  return dim.equal(low, before) && dim.equal(high, dim.sub(wanted, before));
}

/** A spatial operator of TensorFlow works on 2 or 3 axes: one axis gets a second, of size 1, before it. */
export function widened<T>(values: readonly T[], one: T): readonly T[] {
  return values.length === 1 ? [one, ...values] : values;
}

import { ArgumentError } from "../errors.ts";
import { normalizeAxes, type Spec } from "../shape.ts";

/** The axes over which softmax and its relatives normalize, as given: one, several, or null for all. @internal */
export interface GivenSoftmaxAxis extends Readonly<Record<string, unknown>> {
  readonly axis: number | readonly number[] | null;
}

/** The same, counted from 0. @internal */
export interface SoftmaxAxes extends Readonly<Record<string, unknown>> {
  readonly axis: readonly number[];
}

/** @throws {ArgumentError} when an axis is out of range, or there is none. @internal */
export function softmaxAxes(x: Spec, { axis }: GivenSoftmaxAxis, op: string): SoftmaxAxes {
  if (x.shape.length === 0) throw new ArgumentError("a scalar has no axis to normalize over", { op });
  return { axis: normalizeAxes(axis, x.shape.length, op) };
}

/** Options of `softmax`, `logSoftmax` and `sparsemax`. */
export interface SoftmaxOptions {
  /** Axis over which the result sums to 1, or several; default -1, null means all. */
  readonly axis?: number | readonly number[] | null | undefined;
}

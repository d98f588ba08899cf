import { dim } from "@keras/ops";
import { conditional } from "./branches.ts";
import type { Emitter, Result } from "./emitter.ts";
import { compare, reduce, unary } from "./ops.ts";
import type { Val } from "./value.ts";

/** Elements from which it pays to look for NaN once, and to choose a branch by that. */
const MANY = 1 << 14;

/**
 * The sum of absolute values along axes: NaN exactly where one of the numbers is, since it cannot cancel. ONNX Runtime's ReduceL1 takes
 * three times as long, and fifteen times along the first axes.
 */
export function sizes(e: Emitter, x: Val, axes: readonly number[], keepdims: boolean): Val {
  return reduce(e, "ReduceSum", unary(e, "Abs", x), axes, keepdims);
}

/** Whether a number equals itself, as all but NaN do. */
export function isNumber(e: Emitter, x: Val): Val {
  return compare(e, "Equal", x, x);
}

/**
 * The same results the short way where no number of `x` is NaN, which is nearly always, and the long way where one is. Small and symbolic
 * sizes always go the long way.
 */
export function unlessNaN(
  e: Emitter,
  x: Val,
  results: readonly Result[],
  short: (e: Emitter) => readonly Val[],
  long: (e: Emitter) => readonly Val[],
): readonly Val[] {
  const count = dim.product(x.shape);
  if (!e.isRuntime || !dim.isStatic(count) || count < MANY) return long(e);
  const total = sizes(
    e,
    x,
    x.shape.map((_, i) => i),
    false,
  );
  return conditional(e, isNumber(e, total), results, short, long);
}

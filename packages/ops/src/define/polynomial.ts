import { add } from "../numpy/add.ts";
import { multiply } from "../numpy/multiply.ts";
import type { Tensor } from "../tensor.ts";

/** A polynomial in `x` by Horner's rule; the constant term comes first. */
export function polynomial(x: Tensor, coefficients: readonly number[]): Tensor {
  const [highest, ...rest] = coefficients.toReversed() as [number, ...number[]];
  const [second, ...lower] = rest as [number, ...number[]];
  return lower.reduce((y, c) => add(multiply(y, x), c), add(multiply(x, highest), second));
}

import { add, cast, divide, maximum, multiply, sqrt, square, sum, type Tensor } from "@keras/ops";

/** A tensor scaled down to a norm of at most `limit`. */
export function clipByNorm(x: Tensor, limit: number): Tensor {
  const norm = sqrt(sum(square(x)));
  return divide(multiply(x, limit), cast(maximum(norm, limit), x.dtype));
}

/** √ of the sum of all squares. */
export function globalNorm(xs: readonly Tensor[]): Tensor {
  return sqrt(xs.map((x) => sum(square(x))).reduce((a, b) => add(a, b)));
}

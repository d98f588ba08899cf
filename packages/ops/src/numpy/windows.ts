import { hostNumber, type HostNumber } from "../define/host-number.ts";
import { convertHost, toTensor } from "../convert.ts";
import { ArgumentError } from "../errors.ts";
import { NDArray } from "../ndarray.ts";
import { runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";

/** A window of `x` points, given its value at the place `t` from 0 to 1. */
function windowOf(x: HostNumber, value: (t: number) => number, op: string): Tensor {
  const size = Math.trunc(hostNumber(x, op));
  if (Number.isNaN(size)) throw new ArgumentError("the number of points is NaN", { op });
  const count = Math.max(size, 0);
  const points = Float64Array.from({ length: count }, (_, n) => (count === 1 ? 1 : value(n / (count - 1))));
  return toTensor(convertHost(new NDArray(points, [count], "float64"), runtime().config.floatx));
}

/**
 * The Bartlett window: a triangle that ends in zeros.
 *
 * @param x - Number of points; a tensor is read at once. Below 1 the window is empty.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.bartlett(5).array()); // [0, 0.5, 1, 0.5, 0]
 * ```
 */
export function bartlett(x: HostNumber): Tensor {
  return windowOf(x, (t) => 1 - Math.abs(2 * t - 1), "bartlett");
}

/**
 * The Blackman window: a sum of three cosines with little leakage.
 *
 * @param x - Number of points; a tensor is read at once. Below 1 the window is empty.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.blackman(3).array()); // [0, 1, 0]
 * ```
 */
export function blackman(x: HostNumber): Tensor {
  return windowOf(x, (t) => 0.42 - 0.5 * Math.cos(2 * Math.PI * t) + 0.08 * Math.cos(4 * Math.PI * t), "blackman");
}

/**
 * The Hamming window: a raised cosine that ends in 0.08.
 *
 * @param x - Number of points; a tensor is read at once. Below 1 the window is empty.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.hamming(3).array()); // [0.08, 1, 0.08]
 * ```
 */
export function hamming(x: HostNumber): Tensor {
  return windowOf(x, (t) => 0.54 - 0.46 * Math.cos(2 * Math.PI * t), "hamming");
}

/**
 * The Hann window: a raised cosine that ends in zeros.
 *
 * @param x - Number of points; a tensor is read at once. Below 1 the window is empty.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.hanning(3).array()); // [0, 1, 0]
 * ```
 */
export function hanning(x: HostNumber): Tensor {
  return windowOf(x, (t) => 0.5 - 0.5 * Math.cos(2 * Math.PI * t), "hanning");
}

/** The modified Bessel function of the first kind of order 0, by its series. */
function bessel(x: number): number {
  let term = 1;
  let total = 1;
  for (let k = 1; term > total * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    total += term;
  }
  return total;
}

/**
 * The Kaiser window: a Bessel function whose shape `beta` sets.
 *
 * @param x - Number of points; a tensor is read at once. Below 1 the window is empty.
 * @param beta - 0 is a rectangle; the larger, the narrower.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.kaiser(3, 0).array()); // [1, 1, 1]
 * ```
 */
export function kaiser(x: HostNumber, beta: HostNumber): Tensor {
  const shape = hostNumber(beta, "kaiser");
  return windowOf(x, (t) => bessel(shape * Math.sqrt(Math.max(0, 1 - (2 * t - 1) ** 2))) / bessel(shape), "kaiser");
}

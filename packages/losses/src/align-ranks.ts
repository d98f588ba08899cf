import { expandDims, squeeze, type Tensor } from "@keras/ops";

/**
 * Brings two values whose ranks differ by a last axis of size 1 to one rank: that axis is dropped, or, where the other is a vector,
 * given to it too.
 *
 * @param expandVectors - Whether a vector gets the axis. Default true.
 */
export function alignRanks(a: Tensor, b: Tensor, expandVectors = true): [a: Tensor, b: Tensor] {
  if (a.ndim === b.ndim + 1 && a.shape.at(-1) === 1) {
    return b.ndim === 1 && expandVectors ? [a, expandDims(b, -1)] : [squeeze(a, -1), b];
  }
  if (b.ndim === a.ndim + 1 && b.shape.at(-1) === 1) {
    return a.ndim === 1 && expandVectors ? [expandDims(a, -1), b] : [a, squeeze(b, -1)];
  }
  return [a, b];
}

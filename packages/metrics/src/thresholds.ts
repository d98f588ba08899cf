import { ArgumentError, epsilon } from "@keras/ops";

/** Far below every score: what `topK` leaves out, and the threshold below which nothing is. */
export const BELOW_ALL: number = -1e10;

/** One threshold, or several. */
export type Thresholds = number | readonly number[];

/**
 * Thresholds as a list.
 *
 * @throws {ArgumentError} when one is outside [0, 1].
 * @internal
 */
export function parseThresholds(given: Thresholds | null, fallback: number): readonly number[] {
  if (given === null) return [fallback];
  const list = typeof given === "number" ? [given] : [...given];
  const wrong = list.filter((t) => !(t >= 0 && t <= 1));
  if (wrong.length > 0 || list.length === 0)
    throw new ArgumentError(`thresholds must lie in [0, 1], got [${list.join(", ")}]`);
  return list;
}

/**
 * Whether thresholds are 0, 1/n, 2/n, …, 1: predictions can then be counted by bucket.
 *
 * @internal
 */
export function areEven(thresholds: readonly number[]): boolean {
  const last = thresholds.length - 1;
  return last >= 2 && thresholds.every((t, i) => Math.abs(t - i / last) <= epsilon() + 1e-5 * (i / last));
}

/**
 * `count` evenly spaced thresholds from 0 to 1, without the first and the last.
 *
 * @internal
 */
export function innerThresholds(count: number): number[] {
  return Array.from({ length: count - 2 }, (_, i) => (i + 1) / (count - 1));
}

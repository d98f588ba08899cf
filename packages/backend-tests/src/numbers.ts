import { NDArray, sizeOf } from "@keras/ops";

/** A repeatable source of numbers in [0, 1). */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Repeatable float32 numbers between two bounds. */
export function floats(shape: readonly number[], seed: number, low = -1, high = 1): NDArray<"float32"> {
  const next = generator(seed);
  const values = Float32Array.from({ length: sizeOf(shape) }, () => low + (high - low) * next());
  return new NDArray(values, shape, "float32");
}

/** The largest distance of two lists of numbers, relative to 1 or to the expected number where that is larger. */
export function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < expected.length; i++) {
    const d = Math.abs(actual[i]! - expected[i]!) / Math.max(1, Math.abs(expected[i]!));
    if (!(d <= most)) most = d;
  }
  return most;
}

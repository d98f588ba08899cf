/** The value below which the given fraction lies, linear between neighbours; throws for no values. */
export function quantile(values: readonly number[], fraction: number): number {
  if (values.length === 0) throw new RangeError("No quantile of no values.");
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * fraction;
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (position - below);
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

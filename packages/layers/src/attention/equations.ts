const letter = (i: number): string => String.fromCharCode(97 + i);
const letters = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => letter(from + i)).join("");

/** The equation of a projection: `free` axes stay, the last `bound` ones become `made` new ones. */
export function projectionEquation(
  free: number,
  bound: number,
  made: number,
): { equation: string; biasAxes: string; rank: number } {
  const [kept, summed, added] = [letters(0, free), letters(free, bound), letters(free + bound, made)];
  return { equation: `${kept}${summed},${summed}${added}->${kept}${added}`, biasAxes: added, rank: free + made };
}

/**
 * The equations of attention over some axes of `[batch, ..., heads, size]`: keys and queries → scores, and scores and values → output.
 */
export function attentionEquations(
  rank: number,
  axes: readonly number[],
): { scores: string; combine: string; scoresRank: number } {
  const target = letters(0, rank);
  const all = Array.from({ length: rank }, (_, i) => i);
  const batch = all.filter((i) => i !== rank - 1 && !axes.includes(i));
  let next = rank;
  const source = all.map((i) => (batch.includes(i) || i === rank - 1 ? target[i]! : letter(next++)));
  const product = [
    ...batch.map((i) => target[i]!),
    ...axes.map((i) => target[i]!),
    ...axes.map((i) => source[i]!),
  ].join("");
  const from = source.join("");
  return {
    scores: `${from},${target}->${product}`,
    combine: `${product},${from}->${target}`,
    scoresRank: product.length,
  };
}

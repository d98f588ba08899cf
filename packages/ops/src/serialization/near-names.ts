/** Fewest insertions, deletions and replacements that make `b` of `a`. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}

/**
 * The known names that a wrong one may have meant, nearest first.
 */
export function nearNames(name: string, known: readonly string[], count = 3): string[] {
  const plain = (s: string): string => s.toLowerCase().replaceAll("_", "");
  const wanted = plain(name).slice(0, 64);
  return known
    .map((k) => ({ k, distance: editDistance(wanted, plain(k)) }))
    .filter(({ k, distance }) => distance <= Math.max(wanted.length, plain(k).length) / 2)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ k }) => k);
}

/**
 * What to say of an unknown name: the nearest known ones, or all of them.
 */
export function unknownName(what: string, name: string, known: readonly string[]): string {
  const near = nearNames(name, known);
  const hint =
    near.length > 0
      ? `did you mean ${near.map((n) => `'${n}'`).join(" or ")}?`
      : `there are ${known.map((n) => `'${n}'`).join(", ")};`;
  return `there is no ${what} '${name}': ${hint} Others are passed as objects`;
}

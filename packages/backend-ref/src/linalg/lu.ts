import type { Kernel } from "@keras/ops";
import { perMatrix } from "./matrices.ts";

/** Factors `a` [m, n] in place with partial pivoting; gives also the row exchanged with each row, and the rows' final order. */
function factor([a]: readonly Float64Array[], m: number, n: number): readonly ArrayLike<number>[] {
  const pivots: number[] = [];
  const permutation = Array.from({ length: m }, (_, i) => i);
  for (let k = 0; k < Math.min(m, n); k++) {
    let p = k;
    for (let i = k + 1; i < m; i++) if (Math.abs(a[i * n + k]) > Math.abs(a[p * n + k])) p = i;
    pivots.push(p);
    if (p !== k) {
      [permutation[k], permutation[p]] = [permutation[p], permutation[k]];
      for (let j = 0; j < n; j++) [a[k * n + j], a[p * n + j]] = [a[p * n + j], a[k * n + j]];
    }
    const pivot = a[k * n + k];
    // A singular matrix has its factors all the same: the zero column needs no elimination.
    if (pivot === 0) continue;
    for (let i = k + 1; i < m; i++) {
      const f = (a[i * n + k] /= pivot);
      for (let j = k + 1; j < n; j++) a[i * n + j] -= f * a[k * n + j];
    }
  }
  return [a, pivots, permutation];
}

export const luKernels: Readonly<Record<string, Kernel>> = /* @__PURE__ */ perMatrix("lu", factor);

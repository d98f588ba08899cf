import type { Kernel } from "@keras/ops";
import { stored } from "../storage.ts";
import { collect, matricesOf } from "./matrices.ts";

/** Factors `a` [m, n] in place with partial pivoting; gives the row exchanged with each row, and the rows' final order. */
function factor(a: Float64Array, m: number, n: number): { readonly pivots: number[]; readonly permutation: number[] } {
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
  return { pivots, permutation };
}

const lu: Kernel = ({ inputs, inputSpecs: [spec] }) => {
  const a = matricesOf("lu", inputs[0], spec);
  const [m, n] = [a.rows, a.columns];
  const k = Math.min(m, n);
  const packed = collect(a.count, m * n);
  const pivots = new Int32Array(a.count * k);
  const permutations = new Int32Array(a.count * m);
  for (let i = 0; i < a.count; i++) {
    const matrix = a.at(i);
    const order = factor(matrix, m, n);
    packed.put(i, matrix);
    pivots.set(order.pivots, i * k);
    permutations.set(order.permutation, i * m);
  }
  return [stored(packed.all, spec.dtype), pivots, permutations];
};

export const luKernels: Readonly<Record<string, Kernel>> = { lu };

import type { Attrs, Kernel } from "@keras/ops";
import { perMatrix } from "./matrices.ts";

/** Solves op(a) x = b in place of b, by substitution. */
function solve([a, b]: readonly Float64Array[], n: number, columns: number, attrs: Attrs): readonly Float64Array[] {
  const { lower, transpose } = attrs as { lower: boolean; transpose: boolean };
  const [row, column] = transpose ? [1, n] : [n, 1];
  // A transposed lower matrix is an upper one.
  const place = (step: number): number => (lower !== transpose ? step : n - 1 - step);
  for (let step = 0; step < n; step++) {
    const i = place(step);
    for (let done = 0; done < step; done++) {
      const k = place(done);
      const f = a[i * row + k * column];
      for (let c = 0; c < columns; c++) b[i * columns + c] -= f * b[k * columns + c];
    }
    for (let c = 0; c < columns; c++) b[i * columns + c] /= a[i * n + i];
  }
  return [b];
}

export const triangularKernels: Readonly<Record<string, Kernel>> = /* @__PURE__ */ perMatrix("triangular_solve", solve);

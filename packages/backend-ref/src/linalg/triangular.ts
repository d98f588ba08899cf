import type { Kernel } from "@keras/ops";
import { stored } from "../storage.ts";
import { collect, matricesOf } from "./matrices.ts";

/** Solves op(a) x = b in place of b, by substitution. */
function solve(a: Float64Array, b: Float64Array, n: number, columns: number, lower: boolean, transpose: boolean): void {
  const [row, column] = transpose ? [1, n] : [n, 1];
  // A transposed lower matrix is an upper one.
  const forward = lower !== transpose;
  for (let step = 0; step < n; step++) {
    const i = forward ? step : n - 1 - step;
    for (let done = 0; done < step; done++) {
      const k = forward ? done : n - 1 - done;
      const f = a[i * row + k * column];
      for (let c = 0; c < columns; c++) b[i * columns + c] -= f * b[k * columns + c];
    }
    const pivot = a[i * n + i];
    for (let c = 0; c < columns; c++) b[i * columns + c] /= pivot;
  }
}

const triangularSolve: Kernel = ({ inputs, inputSpecs, attrs, outputSpecs: [{ dtype }] }) => {
  const a = matricesOf("triangular_solve", inputs[0], inputSpecs[0]);
  const b = matricesOf("triangular_solve", inputs[1], inputSpecs[1]);
  const out = collect(b.count, b.rows * b.columns);
  for (let i = 0; i < b.count; i++) {
    const x = b.at(i);
    solve(a.at(i), x, a.rows, b.columns, attrs["lower"] as boolean, attrs["transpose"] as boolean);
    out.put(i, x);
  }
  return [stored(out.all, dtype)];
};

export const triangularKernels: Readonly<Record<string, Kernel>> = { triangular_solve: triangularSolve };

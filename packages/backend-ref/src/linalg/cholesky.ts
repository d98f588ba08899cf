import type { Kernel } from "@keras/ops";
import { stored } from "../storage.ts";
import { collect, matricesOf } from "./matrices.ts";

/** Lower factor of the symmetric part of `a`, row by row (Cholesky-Banachiewicz); its lower triangle is NaN where there is none. */
function factor(a: Float64Array, n: number): Float64Array {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = (a[i * n + j] + a[j * n + i]) / 2;
      for (let k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k];
      if (i !== j) {
        l[i * n + j] = sum / l[j * n + j];
      } else if (sum > 0) {
        l[i * n + i] = Math.sqrt(sum);
      } else {
        for (let r = 0; r < n; r++) l.fill(Number.NaN, r * n, r * n + r + 1);
        return l;
      }
    }
  }
  return l;
}

const cholesky: Kernel = ({ inputs, inputSpecs: [spec] }) => {
  const a = matricesOf("cholesky", inputs[0], spec);
  const out = collect(a.count, a.rows * a.rows);
  for (let i = 0; i < a.count; i++) out.put(i, factor(a.at(i), a.rows));
  return [stored(out.all, spec.dtype)];
};

export const choleskyKernels: Readonly<Record<string, Kernel>> = { cholesky };

import type { Kernel } from "@keras/ops";
import { stored } from "../storage.ts";
import { collect, matricesOf } from "./matrices.ts";

/**
 * The Householder reflection I - tau·v·vᵀ (v₀ = 1) that takes x to (beta, 0, …), with beta's sign opposite to x₀'s, and none where x is
 * (x₀, 0, …) already: LAPACK's choice. x = a[at], a[at + step], …; it is replaced by beta and v₁, v₂, …
 */
export function reflector(a: Float64Array, at: number, step: number, n: number): number {
  let rest = 0;
  for (let i = 1; i < n; i++) rest = Math.hypot(rest, a[at + i * step]);
  if (rest === 0) return 0;
  const alpha = a[at];
  const beta = (alpha >= 0 ? -1 : 1) * Math.hypot(alpha, rest);
  for (let i = 1; i < n; i++) a[at + i * step] /= alpha - beta;
  a[at] = beta;
  return (beta - alpha) / beta;
}

/** Householder QR of a [m, n]: q [m, columns] and r [columns, n], for columns = min(m, n) or m. */
export function qrFactor(
  a: Float64Array,
  m: number,
  n: number,
  columns: number,
): readonly [Float64Array, Float64Array] {
  const taus: number[] = [];
  /** Applies reflection k to the columns [from, width) of x. */
  const reflect = (k: number, x: Float64Array, width: number, from: number): void => {
    for (let j = from; j < width; j++) {
      let sum = x[k * width + j];
      for (let i = k + 1; i < m; i++) sum += a[i * n + k] * x[i * width + j];
      sum *= taus[k];
      x[k * width + j] -= sum;
      for (let i = k + 1; i < m; i++) x[i * width + j] -= sum * a[i * n + k];
    }
  };
  for (let k = 0; k < Math.min(m, n); k++) {
    taus.push(reflector(a, k * n + k, n, m - k));
    if (taus[k] !== 0) reflect(k, a, n, k + 1);
  }
  const q = new Float64Array(m * columns);
  for (let i = 0; i < Math.min(m, columns); i++) q[i * columns + i] = 1;
  for (let k = taus.length - 1; k >= 0; k--) if (taus[k] !== 0) reflect(k, q, columns, k);
  const r = new Float64Array(columns * n);
  for (let i = 0; i < columns; i++) for (let j = i; j < n; j++) r[i * n + j] = a[i * n + j];
  return [q, r];
}

const qr: Kernel = ({ inputs, inputSpecs: [spec], attrs }) => {
  const a = matricesOf("qr", inputs[0], spec);
  const columns = attrs["mode"] === "complete" ? a.rows : Math.min(a.rows, a.columns);
  const q = collect(a.count, a.rows * columns);
  const r = collect(a.count, columns * a.columns);
  for (let i = 0; i < a.count; i++) {
    const [qi, ri] = qrFactor(a.at(i), a.rows, a.columns, columns);
    q.put(i, qi);
    r.put(i, ri);
  }
  return [stored(q.all, spec.dtype), stored(r.all, spec.dtype)];
};

export const qrKernels: Readonly<Record<string, Kernel>> = { qr };

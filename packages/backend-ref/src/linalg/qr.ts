import type { Attrs, Kernel } from "@keras/ops";
import { reflect, reflector } from "./householder.ts";
import { perMatrix } from "./matrices.ts";

/** Householder QR of a [m, n], which it overwrites: q [m, columns] and r [columns, n], for columns = min(m, n) or m. */
export function qrFactor(
  a: Float64Array,
  m: number,
  n: number,
  columns: number,
): readonly [Float64Array, Float64Array] {
  const taus: number[] = [];
  for (let k = 0; k < Math.min(m, n); k++) {
    const at = k * n + k;
    taus.push(reflector(a, at, n, m - k));
    reflect(a, at, n, m - k, taus[k], a, at + 1, n, n - k - 1, 1);
  }
  const q = new Float64Array(m * columns);
  for (let i = 0; i < columns; i++) q[i * columns + i] = 1;
  for (let k = taus.length - 1; k >= 0; k--)
    reflect(a, k * n + k, n, m - k, taus[k], q, k * columns + k, columns, columns - k, 1);
  return [q, a.slice(0, columns * n).map((x, i) => (i % n < Math.floor(i / n) ? 0 : x))];
}

const factor = ([a]: readonly Float64Array[], m: number, n: number, attrs: Attrs): readonly Float64Array[] =>
  qrFactor(a, m, n, attrs["mode"] === "complete" ? m : Math.min(m, n));

export const qrKernels: Readonly<Record<string, Kernel>> = /* @__PURE__ */ perMatrix("qr", factor);

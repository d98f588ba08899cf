import type { Kernel } from "@keras/ops";
import { stored } from "../storage.ts";
import { bidiagonalSvd } from "./bidiagonal.ts";
import { collect, matricesOf } from "./matrices.ts";
import { qrFactor, reflector } from "./qr.ts";

/** Transposes a row-major matrix. */
function transposed(a: Float64Array, rows: number, columns: number): Float64Array {
  return Float64Array.from(a, (_, i) => a[(i % rows) * columns + Math.floor(i / rows)]);
}

/** Applies I - tau·v·vᵀ to x = x[at], x[at + step], …, for v = (1, a[from + along], a[from + 2·along], …) of length n. */
function reflect(
  a: Float64Array,
  from: number,
  along: number,
  n: number,
  tau: number,
  x: Float64Array,
  at: number,
  step: number,
): void {
  if (tau === 0) return;
  let sum = x[at];
  for (let i = 1; i < n; i++) sum += a[from + i * along] * x[at + i * step];
  sum *= tau;
  x[at] -= sum;
  for (let i = 1; i < n; i++) x[at + i * step] -= sum * a[from + i * along];
}

/** Left vectors in the columns of u [m, columns], right vectors in the rows of vh [n, n]. */
interface Svd {
  readonly u: Float64Array;
  readonly s: Float64Array;
  readonly vh: Float64Array;
}

/**
 * For m ≥ n: reduction to bidiagonal form by Householder reflections of columns and rows in turn (Golub and Kahan, 1965). With `flipped`,
 * a is the transpose of the matrix that is meant: its bidiagonal form is solved as a lower one, as LAPACK does for wide matrices.
 */
function tallSvd(a: Float64Array, m: number, n: number, columns: number, flipped: boolean): Svd {
  const d = new Float64Array(n);
  const e = new Float64Array(n);
  const [columnTaus, rowTaus] = [new Float64Array(n), new Float64Array(n)];
  for (let k = 0; k < n; k++) {
    const at = k * n + k;
    columnTaus[k] = reflector(a, at, n, m - k);
    d[k] = a[at];
    for (let j = k + 1; j < n; j++) reflect(a, at, n, m - k, columnTaus[k], a, k * n + j, n);
    if (k + 1 === n) break;
    rowTaus[k] = reflector(a, at + 1, 1, n - k - 1);
    e[k] = a[at + 1];
    for (let i = k + 1; i < m; i++) reflect(a, at + 1, 1, n - k - 1, rowTaus[k], a, i * n + k + 1, 1);
  }
  const small = bidiagonalSvd(d, e, flipped);
  const [outer, inner] = flipped ? [small.right, small.left] : [small.left, small.right];
  const u = new Float64Array(m * columns);
  for (let j = 0; j < columns; j++) {
    if (j < n) for (let i = 0; i < n; i++) u[i * columns + j] = outer[j * n + i];
    else u[j * columns + j] = 1;
    for (let k = n - 1; k >= 0; k--) reflect(a, k * n + k, n, m - k, columnTaus[k], u, k * columns + j, columns);
  }
  for (let i = 0; i < n; i++) {
    for (let k = n - 2; k >= 0; k--) reflect(a, k * n + k + 1, 1, n - k - 1, rowTaus[k], inner, i * n + k + 1, 1);
  }
  return { u, s: small.values, vh: inner };
}

/** As `tallSvd`; a matrix much taller than wide is first reduced to a triangle. */
function reducedSvd(a: Float64Array, m: number, n: number, columns: number, flipped: boolean): Svd {
  if (m < Math.floor((n * 11) / 6)) return tallSvd(a, m, n, columns, flipped);
  const [q, r] = qrFactor(a, m, n, columns);
  // The triangle is square, so it is solved the way round that the matrix is meant.
  const core = tallSvd(flipped ? transposed(r.subarray(0, n * n), n, n) : r.slice(0, n * n), n, n, n, false);
  const vectors = flipped ? transposed(core.vh, n, n) : core.u;
  const u = q.slice();
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += q[i * columns + k] * vectors[k * n + j];
      u[i * columns + j] = sum;
    }
  }
  return { u, s: core.s, vh: flipped ? transposed(core.u, n, n) : core.vh };
}

/** u, s and vh, all row-major; NaN throughout where `a` is not finite. */
function decompose(a: Float64Array, m: number, n: number, full: boolean): readonly Float64Array[] {
  const k = Math.min(m, n);
  if (!a.every(Number.isFinite)) {
    const [uColumns, vRows] = full ? [m, n] : [k, k];
    return [m * uColumns, k, vRows * n].map((size) => new Float64Array(size).fill(Number.NaN));
  }
  // Scaled, so that squares neither overflow nor vanish.
  const scale = a.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
  const extreme = scale > 0 && (scale > 1e100 || scale < 1e-100) ? scale : 1;
  if (extreme !== 1) for (let i = 0; i < a.length; i++) a[i] /= extreme;
  const wide = m < n;
  const columns = full ? Math.max(m, n) : k;
  const { u, s, vh } = wide
    ? reducedSvd(transposed(a, m, n), n, m, columns, true)
    : reducedSvd(a, m, n, columns, false);
  if (extreme !== 1) for (let i = 0; i < k; i++) s[i] *= extreme;
  // aᵀ = u s vh, so a = vhᵀ s uᵀ.
  return wide ? [transposed(vh, m, m), s, transposed(u, n, columns)] : [u, s, vh];
}

const svd: Kernel = ({ inputs, inputSpecs: [spec], attrs }) => {
  const a = matricesOf("svd", inputs[0], spec);
  const { fullMatrices, computeUv } = attrs as { fullMatrices: boolean; computeUv: boolean };
  const [m, n] = [a.rows, a.columns];
  const k = Math.min(m, n);
  const u = collect(a.count, m * (fullMatrices ? m : k));
  const s = collect(a.count, k);
  const vh = collect(a.count, (fullMatrices ? n : k) * n);
  for (let i = 0; i < a.count; i++) {
    decompose(a.at(i), m, n, fullMatrices).forEach((part, which) => [u, s, vh][which].put(i, part));
  }
  const values = stored(s.all, spec.dtype);
  return computeUv ? [stored(u.all, spec.dtype), values, stored(vh.all, spec.dtype)] : [values];
};

export const svdKernels: Readonly<Record<string, Kernel>> = { svd };

import type { Kernel } from "@keras/ops";
import { stored } from "../storage.ts";
import { collect, matricesOf } from "./matrices.ts";
import { qrFactor } from "./qr.ts";

/** Transposes a row-major matrix. */
function transposed(a: Float64Array, rows: number, columns: number): Float64Array {
  return Float64Array.from(a, (_, i) => a[(i % rows) * columns + Math.floor(i / rows)]);
}

/**
 * One-sided Jacobi (Hestenes, 1958): rotates the rows of w [n, m] until they are orthogonal, and those of v [n, n] along. Slower than
 * bidiagonalization for large matrices, but short, and accurate to the last place even for tiny singular values.
 */
function orthogonalizeRows(w: Float64Array, v: Float64Array, n: number, m: number): void {
  for (let sweep = 0, turned = true; turned && sweep < 60; sweep++) {
    turned = false;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        let [a, b, dot] = [0, 0, 0];
        for (let i = p * m, j = q * m, end = i + m; i < end; i++, j++) {
          a += w[i] * w[i];
          b += w[j] * w[j];
          dot += w[i] * w[j];
        }
        if (Math.abs(dot) <= 1e-15 * Math.sqrt(a * b)) continue;
        turned = true;
        const zeta = (b - a) / (2 * dot);
        const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
        const c = 1 / Math.hypot(1, t);
        turnRows(w, m, p, q, c, c * t);
        turnRows(v, n, p, q, c, c * t);
      }
    }
  }
}

function turnRows(x: Float64Array, width: number, p: number, q: number, c: number, s: number): void {
  for (let i = p * width, j = q * width, end = i + width; i < end; i++, j++) {
    const t = x[i];
    x[i] = c * t - s * x[j];
    x[j] = s * t + c * x[j];
  }
}

interface Svd {
  /** [m, columns], row-major. */
  readonly u: Float64Array;
  readonly s: Float64Array;
  /** [n, n], row-major. */
  readonly vh: Float64Array;
}

/** For m ≥ n; `columns` of u is n or m. */
function tallSvd(a: Float64Array, m: number, n: number, columns: number): Svd {
  const w = transposed(a, m, n);
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  // Scaled, so that squares neither overflow nor vanish.
  const scale = w.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
  if (scale > 0) for (let i = 0; i < w.length; i++) w[i] /= scale;
  orthogonalizeRows(w, v, n, m);
  const sizes = Array.from({ length: n }, (_, i) =>
    Math.sqrt(w.subarray(i * m, (i + 1) * m).reduce((sum, x) => sum + x * x, 0)),
  );
  const order = Array.from(sizes.keys()).sort((i, j) => sizes[j] - sizes[i]);
  const rank = order.filter((i) => sizes[i] > (sizes[order[0]] * Number.EPSILON) / 4).length;
  // Columns that belong to no singular value come from completing those that do to an orthonormal basis.
  const known = new Float64Array(m * rank);
  for (let j = 0; j < rank; j++)
    for (let i = 0; i < m; i++) known[i * rank + j] = w[order[j] * m + i] / sizes[order[j]];
  const u = new Float64Array(m * columns);
  const basis = rank < columns ? qrFactor(known.slice(), m, rank, m)[0] : known;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < columns; j++) u[i * columns + j] = j < rank ? known[i * rank + j] : basis[i * m + j];
  }
  const vh = new Float64Array(n * n);
  order.forEach((from, to) => vh.set(v.subarray(from * n, (from + 1) * n), to * n));
  return { u, s: Float64Array.from(order, (i) => sizes[i] * scale), vh };
}

/** Singular values in descending order, with u and vh, all row-major. NaN throughout where `a` is not finite. */
function decompose(a: Float64Array, m: number, n: number, full: boolean): readonly Float64Array[] {
  const k = Math.min(m, n);
  if (!a.every(Number.isFinite)) {
    const [uColumns, vRows] = full ? [m, n] : [k, k];
    return [m * uColumns, k, vRows * n].map((size) => new Float64Array(size).fill(Number.NaN));
  }
  if (m >= n) {
    const { u, s, vh } = tallSvd(a, m, n, full ? m : n);
    return [u, s, vh];
  }
  // aᵀ = u s vh, so a = vhᵀ s uᵀ.
  const columns = full ? n : m;
  const { u, s, vh } = tallSvd(transposed(a, m, n), n, m, columns);
  return [transposed(vh, m, m), s, transposed(u, n, columns)];
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

import type { Kernel } from "@keras/ops";
import { stored } from "../storage.ts";
import { collect, matricesOf } from "./matrices.ts";
import { reflector } from "./qr.ts";
import { planeRotation, turn } from "./rotation.ts";

/** A symmetric tridiagonal matrix with the basis in which it was found: columns of z [n, n]. */
interface Tridiagonal {
  readonly diagonal: Float64Array;
  readonly off: Float64Array;
  readonly z: Float64Array;
}

/** Householder reduction of the lower triangle, column by column (LAPACK's sytd2). */
function tridiagonalize(a: Float64Array, n: number): Tridiagonal {
  const off = new Float64Array(n);
  const taus = new Float64Array(n);
  const p = new Float64Array(n);
  const at = (i: number, j: number): number => a[Math.max(i, j) * n + Math.min(i, j)];
  for (let k = 0; k < n - 1; k++) {
    const tau = reflector(a, (k + 1) * n + k, n, n - k - 1);
    off[k] = a[(k + 1) * n + k];
    taus[k] = tau;
    if (tau === 0) continue;
    a[(k + 1) * n + k] = 1;
    let dot = 0;
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      for (let j = k + 1; j < n; j++) sum += at(i, j) * a[j * n + k];
      p[i] = tau * sum;
      dot += p[i] * a[i * n + k];
    }
    for (let i = k + 1; i < n; i++) p[i] -= (tau / 2) * dot * a[i * n + k];
    for (let i = k + 1; i < n; i++) {
      for (let j = k + 1; j <= i; j++) a[i * n + j] -= a[i * n + k] * p[j] + p[i] * a[j * n + k];
    }
  }
  const diagonal = Float64Array.from({ length: n }, (_, i) => a[i * n + i]);
  const z = new Float64Array(n * n);
  for (let i = 0; i < n; i++) z[i * n + i] = 1;
  for (let k = n - 2; k >= 0; k--) {
    if (taus[k] === 0) continue;
    for (let j = k + 1; j < n; j++) {
      let sum = 0;
      for (let i = k + 1; i < n; i++) sum += a[i * n + k] * z[i * n + j];
      for (let i = k + 1; i < n; i++) z[i * n + j] -= taus[k] * sum * a[i * n + k];
    }
  }
  return { diagonal, off, z };
}

/** Eigenvalues of [[a, b], [b, c]], the one of larger size first, and the unit vector (cs, sn) that belongs to it. */
function symmetric2(a: number, b: number, c: number): readonly [number, number, number, number] {
  const [sum, difference] = [a + c, a - c];
  const root = Math.hypot(difference, 2 * b);
  const sign = sum < 0 ? -1 : 1;
  const large = (sum + sign * root) / 2;
  const [big, small] = Math.abs(a) > Math.abs(c) ? [a, c] : [c, a];
  const other = sum === 0 ? -root / 2 : (big / large) * small - (b / large) * b;
  const side = difference >= 0 ? 1 : -1;
  const x = difference + side * root;
  let [cs, sn] = [1, 0];
  if (Math.abs(x) > Math.abs(2 * b)) {
    const t = (-2 * b) / x;
    sn = 1 / Math.sqrt(1 + t * t);
    cs = t * sn;
  } else if (b !== 0) {
    const t = -x / (2 * b);
    cs = 1 / Math.sqrt(1 + t * t);
    sn = t * cs;
  }
  return sign === side ? [large, other, -sn, cs] : [large, other, cs, sn];
}

/**
 * Implicit QL and QR iteration with Wilkinson's shift, in the direction and order of LAPACK's steqr, so that signs of vectors agree with
 * it as far as rounding lets them. Works on the block [first, last], from its end of larger size.
 */
function diagonalizeBlock({ diagonal: d, off: e, z }: Tridiagonal, n: number, first: number, last: number): void {
  // `step` is 1 for QL (eigenvalues appear from the low end) and -1 for QR; link(i) is the off-diagonal element between i and i + step.
  const step = Math.abs(d[last]) < Math.abs(d[first]) ? -1 : 1;
  const end = step === 1 ? last : first;
  let l = step === 1 ? first : last;
  const link = (i: number): number => (step === 1 ? i : i - 1);
  const left = (end - l) * step;
  for (let budget = 30 * (left + 1); (end - l) * step >= 0 && budget > 0; budget--) {
    let m = l;
    for (; m !== end; m += step) {
      const size = Math.abs(e[link(m)]);
      if (size * size <= Number.EPSILON ** 2 * Math.abs(d[m]) * Math.abs(d[m + step]) + 1e-300) break;
    }
    if (m !== end) e[link(m)] = 0;
    if (m === l) {
      l += step;
      continue;
    }
    if (m === l + step) {
      const low = Math.min(l, m);
      const [large, other, c, s] = symmetric2(d[low], e[low], d[low + 1]);
      d[low] = large;
      d[low + 1] = other;
      e[low] = 0;
      turn(z, low, low + 1, n, n, c, s);
      l += 2 * step;
      continue;
    }
    let g = (d[l + step] - d[l]) / (2 * e[link(l)]);
    g = d[m] - d[l] + e[link(l)] / (g + (g < 0 ? -1 : 1) * Math.hypot(g, 1));
    let [s, c, p] = [1, 1, 0];
    for (let i = m - step; ; i -= step) {
      const f = s * e[link(i)];
      const b = c * e[link(i)];
      const [c1, s1, r] = planeRotation(g, f);
      [c, s] = [c1, s1];
      if (i !== m - step) e[link(i + step)] = r;
      g = d[i + step] - p;
      const q = (d[i] - g) * s + 2 * c * b;
      p = s * q;
      d[i + step] = g + p;
      g = c * q - b;
      turn(z, i + step, i, n, n, c, s);
      if (i === l) break;
    }
    d[l] -= p;
    e[link(l)] = g;
  }
}

/** Eigenvalues in ascending order and eigenvectors in columns, of the symmetric part of `a`. */
export function symmetricEigen(a: Float64Array, n: number): readonly [Float64Array, Float64Array] {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) a[i * n + j] = (a[i * n + j] + a[j * n + i]) / 2;
  }
  if (!a.every(Number.isFinite))
    return [new Float64Array(n).fill(Number.NaN), new Float64Array(n * n).fill(Number.NaN)];
  const t = tridiagonalize(a, n);
  const { diagonal: d, off: e, z } = t;
  for (let first = 0; first < n;) {
    let last = first;
    while (
      last < n - 1 &&
      Math.abs(e[last]) > Number.EPSILON * Math.sqrt(Math.abs(d[last])) * Math.sqrt(Math.abs(d[last + 1]))
    )
      last++;
    if (last < n - 1) e[last] = 0;
    if (last > first) diagonalizeBlock(t, n, first, last);
    first = last + 1;
  }
  const order = Array.from(d.keys()).sort((i, j) => d[i] - d[j]);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    for (let i = 0; i < n; i++) vectors[i * n + to] = z[i * n + from];
  });
  return [Float64Array.from(order, (i) => d[i]), vectors];
}

const eigh: Kernel = ({ inputs, inputSpecs: [spec] }) => {
  const a = matricesOf("eigh", inputs[0], spec);
  const n = a.rows;
  const values = collect(a.count, n);
  const vectors = collect(a.count, n * n);
  for (let i = 0; i < a.count; i++) {
    const [w, v] = symmetricEigen(a.at(i), n);
    values.put(i, w);
    vectors.put(i, v);
  }
  return [stored(values.all, spec.dtype), stored(vectors.all, spec.dtype)];
};

export const eighKernels: Readonly<Record<string, Kernel>> = { eigh };

import type { Kernel } from "@keras/ops";
import { reflect, reflector } from "./householder.ts";
import { arrangeRows, identity, spectral, transposed } from "./matrices.ts";
import { planeRotation, turn } from "./rotation.ts";

/** Eigenvalues of [[a, b], [b, c]], the one of larger size first, and the unit vector (cs, sn) that belongs to it (LAPACK's laev2). */
function symmetric2(a: number, b: number, c: number): readonly [number, number, number, number] {
  const [sum, difference] = [a + c, a - c];
  const root = Math.hypot(difference, 2 * b);
  const [sign, side] = [sum < 0 ? -1 : 1, difference < 0 ? -1 : 1];
  const large = (sum + sign * root) / 2;
  const x = difference + side * root;
  // The larger part of (cs, sn) is positive, before the vector is turned by a right angle where it belongs to the other value.
  const size = Math.hypot(x, 2 * b) * (Math.abs(x) > Math.abs(2 * b) ? Math.sign(x) : -Math.sign(b));
  const [cs, sn] = size === 0 ? [1, 0] : [(-2 * b) / size, x / size];
  return sign === side ? [large, sum - large, -sn, cs] : [large, sum - large, cs, sn];
}

/**
 * Makes e, which lies beside the diagonal d, vanish: implicit QL and QR iteration with Wilkinson's shift on the block [first, last], from
 * its end of larger size. Directions and order are those of LAPACK's steqr, so that signs of vectors (rows of z) agree with it as far as
 * rounding lets them.
 */
function diagonalize(d: Float64Array, e: Float64Array, z: Float64Array, first: number, last: number): void {
  const n = d.length;
  // `step` is 1 for QL (eigenvalues appear from the low end) and -1 for QR; link(i) is the element of e between i and i + step.
  const step = Math.abs(d[last]) < Math.abs(d[first]) ? -1 : 1;
  let [l, end] = step === 1 ? [first, last] : [last, first];
  const link = (i: number): number => (step === 1 ? i : i - 1);
  for (let budget = 30 * (last - first + 1); (end - l) * step > 0 && budget > 0; budget--) {
    let m = l;
    while (m !== end && !negligible(d, e, link(m))) m += step;
    if (m !== end) e[link(m)] = 0;
    if (m === l) {
      l += step;
      continue;
    }
    if (m === l + step) {
      const low = link(l);
      const [large, other, c, s] = symmetric2(d[low], e[low], d[low + 1]);
      [d[low], e[low], d[low + 1]] = [large, 0, other];
      turn(z, low * n, (low + 1) * n, 1, n, c, s);
      l += 2 * step;
      continue;
    }
    let g = (d[l + step] - d[l]) / (2 * e[link(l)]);
    g = d[m] - d[l] + e[link(l)] / (g + (g < 0 ? -1 : 1) * Math.hypot(g, 1));
    let [s, c, p] = [1, 1, 0];
    for (let i = m; i !== l; i -= step) {
      const next = i - step;
      const [f, b] = [s * e[link(next)], c * e[link(next)]];
      let r: number;
      [c, s, r] = planeRotation(g, f);
      if (i !== m) e[link(i)] = r;
      g = d[i] - p;
      r = (d[next] - g) * s + 2 * c * b;
      p = s * r;
      d[i] = g + p;
      g = c * r - b;
      turn(z, i * n, next * n, 1, n, c, s);
    }
    d[l] -= p;
    e[link(l)] = g;
  }
}

/** Whether e[i] is nothing beside its neighbours. The matrix has elements of size 1. */
function negligible(d: Float64Array, e: Float64Array, i: number): boolean {
  return e[i] ** 2 <= Number.EPSILON ** 2 * Math.abs(d[i] * d[i + 1]) + 1e-60;
}

/** Eigenvalues in ascending order and eigenvectors in columns, of the symmetric part of `a`. */
function symmetricEigen(a: Float64Array, n: number, _: number, scale: number): readonly Float64Array[] {
  a = a.map((x, i) => (x + a[(i % n) * n + Math.floor(i / n)]) / 2);
  // Householder reduction to a tridiagonal matrix, column by column.
  const z = identity(n);
  const e = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) {
    const [size, row, at] = [n - k - 1, (k + 1) * n, (k + 1) * n + k];
    const tau = reflector(a, at, n, size);
    e[k] = a[at];
    reflect(a, at, n, size, tau, a, at + 1, n, size, 1);
    reflect(a, at, n, size, tau, a, at + 1, 1, size, n);
    reflect(a, at, n, size, tau, z, row, n, n, 1);
  }
  const d = Float64Array.from(e, (__, i) => a[i * n + i]);
  for (let first = 0, last = 0; first < n; first = ++last) {
    while (last < n - 1 && !negligible(d, e, last)) last++;
    diagonalize(d, e, z, first, last);
  }
  const order = Array.from(d.keys()).sort((i, j) => d[i] - d[j]);
  arrangeRows(z, n, order);
  return [Float64Array.from(order, (i) => d[i] * scale), transposed(z, n, n)];
}

export const eighKernels: Readonly<Record<string, Kernel>> = /* @__PURE__ */ spectral("eigh", symmetricEigen);

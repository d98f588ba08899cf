import type { Kernel } from "@keras/ops";
import { complexDivide, complexMultiply, complexUnary } from "../complex.ts";
import { spectral } from "./matrices.ts";

/** Complex numbers, each as two elements: element (i, j) of an n × n matrix is at 2(i·n + j). */
type Complex = Float64Array;

const pair = new Float64Array(2);

/** Applies the unitary [[c, s], [-s̄, c]], s = re + i·im, to `count` pairs of elements, `step` numbers apart. */
function rotate(
  x: Complex,
  a: number,
  b: number,
  step: number,
  count: number,
  c: number,
  re: number,
  im: number,
): void {
  for (; count > 0; count--, a += step, b += step) {
    const [p, q, r, s] = [x[a], x[a + 1], x[b], x[b + 1]];
    x[a] = c * p + re * r - im * s;
    x[a + 1] = c * q + re * s + im * r;
    x[b] = c * r - re * p - im * q;
    x[b + 1] = c * s - re * q + im * p;
  }
}

/** Subtracts x[i]·y[j] from out[at]. */
function subtractProduct(out: Complex, at: number, x: Complex, i: number, y: Complex, j: number): void {
  complexMultiply(x[i], x[i + 1], y[j], y[j + 1], pair);
  out[at] -= pair[0];
  out[at + 1] -= pair[1];
}

/** Wilkinson's shift: the eigenvalue of [[a, b], [c, d]] that is nearer to d, for elements of h at these places; it is left in `pair`. */
function shift(h: Complex, a: number, b: number, c: number, d: number): void {
  const [re, im] = [(h[a] - h[d]) / 2, (h[a + 1] - h[d + 1]) / 2];
  complexMultiply(h[b], h[b + 1], h[c], h[c + 1], pair);
  const [x, y] = pair;
  complexUnary["sqrt"](re * re - im * im + x, 2 * re * im + y, pair);
  const sign = re * pair[0] + im * pair[1] < 0 ? -1 : 1;
  const [u, v] = [re + sign * pair[0], im + sign * pair[1]];
  pair.fill(0);
  if (u !== 0 || v !== 0) complexDivide(x, y, u, v, pair);
  pair[0] = h[d] - pair[0];
  pair[1] = h[d + 1] - pair[1];
}

/** Makes h triangular by unitary similarities, and gives their product. */
function schur(h: Complex, n: number): Complex {
  const at = (i: number, j: number): number => 2 * (i * n + j);
  const size = (i: number, j: number): number => Math.abs(h[at(i, j)]) + Math.abs(h[at(i, j) + 1]);
  const z = new Float64Array(2 * n * n);
  for (let i = 0; i < n; i++) z[at(i, i)] = 1;
  const turn = (i: number, j: number, c: number, re: number, im: number): void => {
    rotate(h, at(i, 0), at(j, 0), 2, n, c, re, im);
    for (const x of [h, z]) rotate(x, at(0, i), at(0, j), 2 * n, n, c, re, -im);
  };
  /** Turns lines i and j by the rotation that takes (a, b) to (r, 0). */
  const align = (i: number, j: number, are: number, aim: number, bre: number, bim: number): void => {
    const length = Math.hypot(are, aim);
    const r = Math.hypot(length, bre, bim);
    const [re, im] = length > 0 ? [are / length, aim / length] : [1, 0];
    complexMultiply(re, im, bre / r, -bim / r, pair);
    if (r > 0) turn(i, j, length / r, pair[0], pair[1]);
  };
  /** Makes element (j, k) vanish against (i, k). */
  const eliminate = (i: number, j: number, k: number): void => {
    const [a, b] = [at(i, k), at(j, k)];
    if (size(j, k) > 0) align(i, j, h[a], h[a + 1], h[b], h[b + 1]);
    h[b] = h[b + 1] = 0;
  };
  // Rows, then columns, that are alone in the block [low, high] are brought to its ends: their eigenvalues stand there (LAPACK's gebal).
  let [low, high] = [0, n - 1];
  for (const row of [true, false]) {
    for (let i = row ? high : low; low < high && i >= low && i <= high;) {
      let alone = true;
      for (let j = low; j <= high; j++) if (i !== j && (row ? size(i, j) : size(j, i)) > 0) alone = false;
      if (!alone) {
        i += row ? -1 : 1;
        continue;
      }
      const end = row ? high-- : low++;
      if (i !== end) turn(i, end, 0, 1, 0);
      i = row ? high : low;
    }
  }
  // Hessenberg form.
  for (let k = low; k < high - 1; k++) for (let i = k + 2; i <= high; i++) eliminate(k + 1, i, k);
  // Implicit QR iteration, one shift at a time.
  let steps = 0;
  for (let budget = 60 * n; high > low && budget > 0; budget--) {
    let first = high;
    while (
      first > low &&
      size(first, first - 1) > Number.EPSILON * (size(first, first) + size(first - 1, first - 1)) + 1e-30
    )
      first--;
    if (first > low) h.fill(0, at(first, first - 1), at(first, first));
    if (first === high) {
      high--;
      steps = 0;
      continue;
    }
    shift(h, at(high - 1, high - 1), at(high - 1, high), at(high, high - 1), at(high, high));
    // Now and then an exceptional shift, since symmetric situations can hold the usual one fixed.
    if (++steps % 11 === 10) pair.set([h[at(high, high)] + size(high, high - 1), 0]);
    const [d, e] = [at(first, first), at(first + 1, first)];
    align(first, first + 1, h[d] - pair[0], h[d + 1] - pair[1], h[e], h[e + 1]);
    for (let k = first + 1; k < high; k++) eliminate(k, k + 1, k - 1);
  }
  return z;
}

/** Eigenvector of the triangular matrix t for its k-th diagonal element, in the basis z: unit length, its largest element real. */
function eigenvector(t: Complex, z: Complex, n: number, k: number): Complex {
  const at = (i: number, j: number): number => 2 * (i * n + j);
  const x = new Float64Array(2 * n);
  x[2 * k] = 1;
  for (let i = k - 1; i >= 0; i--) {
    for (let j = i + 1; j <= k; j++) subtractProduct(x, 2 * i, t, at(i, j), x, 2 * j);
    let re = t[at(i, i)] - t[at(k, k)];
    const im = t[at(i, i) + 1] - t[at(k, k) + 1];
    if (Math.abs(re) + Math.abs(im) <= n * Number.EPSILON) re = n * Number.EPSILON;
    complexDivide(x[2 * i], x[2 * i + 1], re, im, pair);
    x.set(pair, 2 * i);
    // Equal eigenvalues make elements grow: keep them away from overflow.
    const growth = Math.max(1, Math.hypot(...pair));
    for (let j = 2 * i; j <= 2 * k; j++) x[j] /= growth;
  }
  const v = new Float64Array(2 * n);
  let [largest, length] = [0, 0];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= k; j++) subtractProduct(v, 2 * i, z, at(i, j), x, 2 * j);
    length = Math.hypot(length, v[2 * i], v[2 * i + 1]);
    if (Math.hypot(v[2 * i], v[2 * i + 1]) > Math.hypot(v[largest], v[largest + 1]) * (1 + 1e-12)) largest = 2 * i;
  }
  const [re, im] = [v[largest], v[largest + 1]];
  const scale = Math.hypot(re, im) * length;
  for (let i = 0; i < 2 * n; i += 2) {
    complexMultiply(v[i], v[i + 1], re / scale, -im / scale, pair);
    v.set(pair, i);
  }
  v[largest + 1] = 0;
  return v;
}

interface Eigen {
  readonly re: number;
  readonly im: number;
  readonly vector: Complex;
}

/**
 * Eigenvalues of a real matrix are real or come in conjugate pairs, which complex arithmetic keeps only up to rounding. Pairs are put side
 * by side, the one with the positive imaginary part first, and made exact; all others become real.
 */
function pairUp(found: readonly Eigen[]): Eigen[] {
  const rest = [...found];
  const out: Eigen[] = [];
  for (let first = rest.shift(); first; first = rest.shift()) {
    const { re, im } = first;
    const distance = (other: Eigen): number => Math.hypot(other.re - re, other.im + im);
    const [partner] = Math.abs(im) > 1e-13 ? rest.toSorted((a, b) => distance(a) - distance(b)) : [];
    const { vector } = im < 0 && partner ? partner : first;
    if (partner) {
      rest.splice(rest.indexOf(partner), 1);
      out.push({ re, im: Math.abs(im), vector });
      out.push({ re, im: -Math.abs(im), vector: vector.map((part, i) => (i % 2 ? -part : part)) });
    } else {
      // The real part of an eigenvector is one as well; rounding mixes those of equal eigenvalues.
      const real = vector.map((part, i) => (i % 2 ? 0 : part));
      const length = Math.hypot(...real);
      out.push({ re, im: 0, vector: real.map((part) => part / length) });
    }
  }
  return out;
}

function eigen(a: Float64Array, n: number, _: number, scale: number): readonly Float64Array[] {
  const real = a.length === n * n;
  const h = real ? Float64Array.from({ length: 2 * n * n }, (__, i) => (i % 2 ? 0 : a[i / 2])) : a;
  const z = schur(h, n);
  const found = Array.from({ length: n }, (__, k): Eigen => {
    const at = 2 * (k * n + k);
    return { re: h[at], im: h[at + 1], vector: eigenvector(h, z, n, k) };
  });
  const values = new Float64Array(2 * n);
  const vectors = new Float64Array(2 * n * n);
  (real ? pairUp(found) : found).forEach(({ re, im, vector }, k) => {
    values.set([re * scale, im * scale], 2 * k);
    for (let i = 0; i < n; i++) vectors.set(vector.subarray(2 * i, 2 * i + 2), 2 * (i * n + k));
  });
  return [values, vectors];
}

export const eigKernels: Readonly<Record<string, Kernel>> = /* @__PURE__ */ spectral("eig", eigen, true);

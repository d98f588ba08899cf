import { sizeOf, type Kernel } from "@keras/ops";
import { complexDivide, complexMultiply, complexUnary } from "../complex.ts";
import { familyOf, stored, unsupported, type Numbers } from "../storage.ts";

/** An n × n complex matrix: element (i, j) is at 2(i·n + j) and the number after it. */
type Matrix = Float64Array;

const pair = new Float64Array(2);
const sqrt = complexUnary["sqrt"];

/** Applies the unitary [[c, s], [-s̄, c]] to `count` pairs of elements, `step` numbers apart. */
function rotate(
  m: Matrix,
  x: number,
  y: number,
  step: number,
  count: number,
  c: number,
  sre: number,
  sim: number,
): void {
  for (; count > 0; count--, x += step, y += step) {
    const [a, b, d, e] = [m[x], m[x + 1], m[y], m[y + 1]];
    m[x] = c * a + sre * d - sim * e;
    m[x + 1] = c * b + sre * e + sim * d;
    m[y] = c * d - sre * a - sim * b;
    m[y + 1] = c * e - sre * b + sim * a;
  }
}

function swapLines(m: Matrix, x: number, y: number, step: number, count: number): void {
  for (; count > 0; count--, x += step, y += step) {
    [m[x], m[y]] = [m[y], m[x]];
    [m[x + 1], m[y + 1]] = [m[y + 1], m[x + 1]];
  }
}

/** Exchanges rows and columns so that eigenvalues which stand alone come first or last (LAPACK's gebal); `z` takes note. */
function isolate(h: Matrix, z: Matrix, n: number): readonly [number, number] {
  let [low, high] = [0, n - 1];
  const alone = (i: number, row: boolean): boolean => {
    for (let j = low; j <= high; j++) {
      const at = 2 * (row ? i * n + j : j * n + i);
      if (i !== j && (h[at] !== 0 || h[at + 1] !== 0)) return false;
    }
    return true;
  };
  const exchange = (i: number, j: number): void => {
    if (i === j) return;
    swapLines(h, 2 * i, 2 * j, 2 * n, n);
    swapLines(h, 2 * i * n, 2 * j * n, 2, n);
    swapLines(z, 2 * i, 2 * j, 2 * n, n);
  };
  for (let again = true; again && high > low;) {
    again = false;
    for (let i = high; i >= low && high > low; i--) {
      if (!alone(i, true)) continue;
      exchange(i, high--);
      again = true;
    }
  }
  for (let again = true; again && high > low;) {
    again = false;
    for (let j = low; j <= high && high > low; j++) {
      if (!alone(j, false)) continue;
      exchange(j, low++);
      again = true;
    }
  }
  return [low, high];
}

/** Rotation that takes (a, b) to (r, 0): c, then s in `pair`. */
function givens(are: number, aim: number, bre: number, bim: number): number {
  const size = Math.hypot(are, aim);
  const r = Math.hypot(size, bre, bim);
  if (size === 0) {
    pair[0] = bre / r;
    pair[1] = -bim / r;
    return 0;
  }
  complexMultiply(are / size, aim / size, bre / r, -bim / r, pair);
  return size / r;
}

/** Turns lines i and j of h so that the element at `zero` vanishes against the one at `keep`; z follows. */
function eliminate(
  h: Matrix,
  z: Matrix,
  n: number,
  i: number,
  j: number,
  keep: number,
  zero: number,
): readonly [number, number, number] {
  const c = givens(h[keep], h[keep + 1], h[zero], h[zero + 1]);
  const turn = [c, pair[0], pair[1]] as const;
  rotate(h, 2 * i * n, 2 * j * n, 2, n, ...turn);
  h[zero] = h[zero + 1] = 0;
  // Columns turn by the conjugate.
  rotate(z, 2 * i, 2 * j, 2 * n, n, turn[0], turn[1], -turn[2]);
  return turn;
}

/** Reduces the block [low, high] to Hessenberg form by rotations. */
function hessenberg(h: Matrix, z: Matrix, n: number, low: number, high: number): void {
  for (let k = low; k < high - 1; k++) {
    for (let i = k + 2; i <= high; i++) {
      const zero = 2 * (i * n + k);
      if (h[zero] === 0 && h[zero + 1] === 0) continue;
      const [c, sre, sim] = eliminate(h, z, n, k + 1, i, 2 * ((k + 1) * n + k), zero);
      rotate(h, 2 * (k + 1), 2 * i, 2 * n, n, c, sre, -sim);
    }
  }
}

/** Wilkinson's shift: the eigenvalue of the trailing 2 × 2 block that is nearer to its last element. */
function shift(h: Matrix, n: number, last: number): readonly [number, number] {
  const at = (i: number, j: number): number => 2 * (i * n + j);
  const [a, b, c, d] = [at(last - 1, last - 1), at(last - 1, last), at(last, last - 1), at(last, last)];
  const [tre, tim] = [(h[a] - h[d]) / 2, (h[a + 1] - h[d + 1]) / 2];
  complexMultiply(h[b], h[b + 1], h[c], h[c + 1], pair);
  const [pre, pim] = [pair[0], pair[1]];
  sqrt(tre * tre - tim * tim + pre, 2 * tre * tim + pim, pair);
  const sign = tre * pair[0] + tim * pair[1] < 0 ? -1 : 1;
  const [qre, qim] = [tre + sign * pair[0], tim + sign * pair[1]];
  if (qre === 0 && qim === 0) return [h[d], h[d + 1]];
  complexDivide(pre, pim, qre, qim, pair);
  return [h[d] - pair[0], h[d + 1] - pair[1]];
}

/** QR iteration with one shift at a time, until h is upper triangular (Schur form). */
function schur(h: Matrix, z: Matrix, n: number, low: number, high: number): void {
  const size = (i: number, j: number): number => Math.abs(h[2 * (i * n + j)]) + Math.abs(h[2 * (i * n + j) + 1]);
  let steps = 0;
  for (let last = high; last > low && steps < 60 * n;) {
    let first = last;
    for (; first > low; first--) {
      const scale = size(first, first) + size(first - 1, first - 1);
      if (size(first, first - 1) <= Number.EPSILON * (scale || 1e-300)) break;
    }
    if (first > low) h[2 * (first * n + first - 1)] = h[2 * (first * n + first - 1) + 1] = 0;
    if (first === last) {
      last--;
      steps = 0;
      continue;
    }
    // Now and then an exceptional shift, since symmetric situations can hold the usual one fixed.
    const [re, im] = ++steps % 11 === 10 ? [h[2 * (last * n + last)] + size(last, last - 1), 0] : shift(h, n, last);
    const addToDiagonal = (sign: number): void => {
      for (let i = first; i <= last; i++) {
        h[2 * (i * n + i)] += sign * re;
        h[2 * (i * n + i) + 1] += sign * im;
      }
    };
    addToDiagonal(-1);
    const turns: (readonly [number, number, number])[] = [];
    for (let k = first; k < last; k++) turns.push(eliminate(h, z, n, k, k + 1, 2 * (k * n + k), 2 * ((k + 1) * n + k)));
    turns.forEach(([c, sre, sim], i) => {
      const k = first + i;
      rotate(h, 2 * k, 2 * (k + 1), 2 * n, k + 2, c, sre, -sim);
    });
    addToDiagonal(1);
  }
}

/** Eigenvector of the triangular matrix t for its k-th diagonal element, in the basis z: unit length, its largest element real. */
function eigenvector(t: Matrix, z: Matrix, n: number, k: number, norm: number): Float64Array {
  const x = new Float64Array(2 * n);
  x[2 * k] = 1;
  const [kre, kim] = [t[2 * (k * n + k)], t[2 * (k * n + k) + 1]];
  for (let i = k - 1; i >= 0; i--) {
    let [re, im] = [0, 0];
    for (let j = i + 1; j <= k; j++) {
      const at = 2 * (i * n + j);
      re -= t[at] * x[2 * j] - t[at + 1] * x[2 * j + 1];
      im -= t[at] * x[2 * j + 1] + t[at + 1] * x[2 * j];
    }
    let dre = t[2 * (i * n + i)] - kre;
    const dim = t[2 * (i * n + i) + 1] - kim;
    if (Math.abs(dre) + Math.abs(dim) <= Number.EPSILON * norm) dre = Number.EPSILON * norm || 1;
    complexDivide(re, im, dre, dim, pair);
    x.set(pair, 2 * i);
    // Equal eigenvalues make elements grow: keep them away from overflow.
    const size = Math.hypot(pair[0], pair[1]);
    if (size > 1e150) for (let j = 2 * i; j <= 2 * k; j++) x[j] /= size;
  }
  const v = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= k; j++) {
      const at = 2 * (i * n + j);
      v[2 * i] += z[at] * x[2 * j] - z[at + 1] * x[2 * j + 1];
      v[2 * i + 1] += z[at] * x[2 * j + 1] + z[at + 1] * x[2 * j];
    }
  }
  let largest = 0;
  for (let i = 1; i < n; i++)
    if (Math.hypot(v[2 * i], v[2 * i + 1]) > Math.hypot(v[2 * largest], v[2 * largest + 1]) * (1 + 1e-12)) largest = i;
  const length = Math.sqrt(v.reduce((sum, part) => sum + part * part, 0));
  const [re, im] = [v[2 * largest], -v[2 * largest + 1]];
  const scale = Math.hypot(re, im) * length;
  for (let i = 0; i < n; i++) {
    complexMultiply(v[2 * i], v[2 * i + 1], re / scale, im / scale, pair);
    v.set(pair, 2 * i);
  }
  v[2 * largest + 1] = 0;
  return v;
}

/**
 * Eigenvalues of a real matrix are real or come in conjugate pairs, which complex arithmetic keeps only up to rounding. Pairs are put side
 * by side, the one with the positive imaginary part first, and made exact; all others become real.
 */
function pairUp(values: [number, number][], vectors: Float64Array[], norm: number): void {
  const near = 1e-6 * norm;
  for (let k = 0; k < values.length; k++) {
    const [re, im] = values[k];
    let partner = -1;
    if (Math.abs(im) > 1e-13 * norm) {
      const distance = (i: number): number => Math.hypot(values[i][0] - re, values[i][1] + im);
      for (let i = k + 1; i < values.length; i++)
        if (distance(i) < near && (partner < 0 || distance(i) < distance(partner))) partner = i;
    }
    if (partner < 0) {
      values[k] = [re, 0];
      for (let i = 1; i < vectors[k].length; i += 2) vectors[k][i] = 0;
      continue;
    }
    values.splice(partner, 1);
    const [other] = vectors.splice(partner, 1);
    const v = im > 0 ? vectors[k] : other;
    values.splice(k, 1, [re, Math.abs(im)], [re, -Math.abs(im)]);
    vectors.splice(
      k,
      1,
      v,
      v.map((part, i) => (i % 2 === 1 ? -part : part)),
    );
    k++;
  }
}

const eig: Kernel = ({ inputs: [x], inputSpecs: [{ shape, dtype }], outputSpecs: [values, vectors] }) => {
  const family = familyOf(dtype);
  if (family !== "float" && family !== "complex") throw unsupported(dtype, "eig");
  const n = shape[shape.length - 1];
  const count = sizeOf(shape.slice(0, -2));
  const lanes = family === "complex" ? 2 : 1;
  const w = new Float64Array(count * n * 2);
  const v = new Float64Array(count * n * n * 2);
  for (let b = 0; b < count; b++) {
    const h = new Float64Array(2 * n * n);
    for (let i = 0; i < n * n * lanes; i++) h[(2 / lanes) * i] = (x as Numbers)[b * n * n * lanes + i];
    if (!h.every(Number.isFinite)) {
      w.fill(Number.NaN, 2 * b * n, 2 * (b + 1) * n);
      v.fill(Number.NaN, 2 * b * n * n, 2 * (b + 1) * n * n);
      continue;
    }
    const z = new Float64Array(2 * n * n);
    for (let i = 0; i < n; i++) z[2 * (i * n + i)] = 1;
    const norm = h.reduce((sum, part) => sum + Math.abs(part), 0);
    const [low, high] = isolate(h, z, n);
    hessenberg(h, z, n, low, high);
    schur(h, z, n, low, high);
    const found = Array.from({ length: n }, (_, k): [number, number] => [h[2 * (k * n + k)], h[2 * (k * n + k) + 1]]);
    const basis = found.map((_, k) => eigenvector(h, z, n, k, norm));
    if (lanes === 1) pairUp(found, basis, norm);
    found.forEach((value, k) => {
      w.set(value, 2 * (b * n + k));
      for (let i = 0; i < n; i++) v.set(basis[k].subarray(2 * i, 2 * i + 2), 2 * (b * n * n + i * n + k));
    });
  }
  return [stored(w, values.dtype), stored(v, vectors.dtype)];
};

export const eigKernels: Readonly<Record<string, Kernel>> = { eig };

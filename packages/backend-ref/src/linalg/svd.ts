import type { Attrs, Kernel } from "@keras/ops";
import { diagonalize, raise, type Basis } from "./bidiagonal.ts";
import { reflect, reflector } from "./householder.ts";
import { arrangeRows, identity, spectral, transposed } from "./matrices.ts";
import { qrFactor } from "./qr.ts";

/** Householder reflections of rows and columns in turn, until a [m, n], m ≥ n, has nothing but d and e above it (Golub and Kahan, 1965). */
function bidiagonalize(
  a: Float64Array,
  m: number,
  n: number,
  left: Basis,
  right: Basis,
): readonly [Float64Array, Float64Array] {
  const d = new Float64Array(n);
  const e = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const [at, rows, columns] = [k * n + k, m - k, n - k - 1];
    let tau = reflector(a, at, n, rows);
    d[k] = a[at];
    reflect(a, at, n, rows, tau, a, at + 1, n, columns, 1);
    reflect(a, at, n, rows, tau, left.x, k * left.width, left.width, left.width, 1);
    if (columns === 0) break;
    tau = reflector(a, at + 1, 1, columns);
    e[k] = a[at + 1];
    reflect(a, at + 1, 1, columns, tau, a, at + n + 1, 1, rows - 1, n);
    reflect(a, at + 1, 1, columns, tau, right.x, (k + 1) * right.width, right.width, right.width, 1);
  }
  return [d, e];
}

/** u, s and vh, row-major, or s alone. Which way round each step works is LAPACK's choice (gesdd), so that signs of vectors agree with it. */
function decompose(
  a: Float64Array,
  rows: number,
  columns: number,
  scale: number,
  attrs: Attrs,
): readonly Float64Array[] {
  const wide = rows < columns;
  const [m, n] = wide ? [columns, rows] : [rows, columns];
  const kept = attrs["fullMatrices"] ? m : n;
  // A wide matrix is transposed. `long` are the vectors of the longer side, `short` those of the shorter one.
  if (wide) a = transposed(a, n, m);
  const short: Basis = { x: identity(n), width: n };
  let long: Basis;
  let bands: readonly [Float64Array, Float64Array];
  if (m < Math.floor((n * 11) / 6)) {
    long = { x: identity(m), width: m };
    bands = bidiagonalize(a, m, n, long, short);
    if (wide) raise(...bands, short);
  } else {
    // Much longer than wide: first reduced to a triangle, which is taken as it lies in the matrix that is meant.
    const [q, r] = qrFactor(a, m, n, kept);
    long = { x: transposed(q, m, kept), width: m };
    bands = wide ? bidiagonalize(transposed(r, n, n), n, n, short, long) : bidiagonalize(r, n, n, long, short);
  }
  const [left, right] = wide ? [short, long] : [long, short];
  const [d] = bands;
  diagonalize(...bands, left, right);
  const { x, width } = n === 1 ? left : right;
  d.forEach((value, i) => {
    if (value < 0) for (let j = i * width; j < (i + 1) * width; j++) x[j] = -x[j];
  });
  const order = Array.from(d.keys()).sort((i, j) => Math.abs(d[j]) - Math.abs(d[i]));
  for (const basis of [long, short]) arrangeRows(basis.x, basis.width, order);
  const s = Float64Array.from(order, (i) => Math.abs(d[i]) * scale);
  if (!attrs["computeUv"]) return [s];
  const rest = long.x.subarray(0, kept * m);
  return wide ? [transposed(short.x, n, n), s, rest] : [transposed(rest, kept, m), s, short.x];
}

export const svdKernels: Readonly<Record<string, Kernel>> = /* @__PURE__ */ spectral("svd", decompose);

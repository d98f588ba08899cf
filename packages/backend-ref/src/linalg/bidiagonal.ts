import { planeRotation, turn } from "./rotation.ts";

/** Vectors in the rows of x, each `width` long: the first of them follow the rows of the bidiagonal matrix, or its columns. */
export interface Basis {
  readonly x: Float64Array;
  readonly width: number;
}

const turnRows = ({ x, width }: Basis, i: number, j: number, c: number, s: number): void =>
  turn(x, i * width, j * width, 1, width, c, s);

/**
 * Singular values, with signs, of [[f, g], [0, h]], the one of larger size first, and the cosines and sines of the rotations from the right
 * and the left. Signs are those of LAPACK's lasv2: the cosine from the side of the larger of f and h is positive.
 */
function triangle2(f: number, g: number, h: number): readonly number[] {
  if (Math.abs(h) > Math.abs(f)) {
    // The same, transposed and from the other end.
    const [large, small, lc, ls, rc, rs] = triangle2(h, g, f);
    return [large, small, rs, rc, ls, lc];
  }
  const angle = Math.atan2(2 * f * g, (f - g) * (f + g) - h * h) / 2;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const [x, y] = [c * f + s * g, s * h];
  const large = Math.sign(x) * Math.hypot(x, y);
  return large === 0 ? [0, 0, 1, 0, 1, 0] : [large, (f / large) * h, c, s, x / large, y / large];
}

/** Turns a lower bidiagonal matrix into an upper one by rotations of its rows. */
export function raise(d: Float64Array, e: Float64Array, left: Basis): void {
  for (let i = 0; i < d.length - 1; i++) {
    const [c, s, r] = planeRotation(d[i], e[i]);
    d[i] = r;
    e[i] = s * d[i + 1];
    d[i + 1] *= c;
    turnRows(left, i, i + 1, c, s);
  }
}

/**
 * Makes e vanish, which lies above the diagonal d; d then holds the singular values up to sign, in any order. Implicit QR with shifts (Golub
 * and Reinsch, 1970) for a matrix with elements of size 1. Directions and shifts are those of LAPACK's bdsqr, so that signs agree with it.
 */
export function diagonalize(d: Float64Array, e: Float64Array, left: Basis, right: Basis): void {
  const n = d.length;
  let [down, oldLow, oldHigh] = [true, -1, -1];
  const negligible = (i: number): boolean =>
    Math.abs(e[i]) <= Number.EPSILON * (Math.abs(d[i]) + Math.abs(d[i + 1])) + 1e-30;
  for (let high = n - 1, budget = 60 * n; high > 0 && budget > 0; budget--) {
    // The last block [low, high] without a zero above the diagonal.
    let low = high;
    while (low > 0 && !negligible(low - 1)) low--;
    if (low > 0) e[low - 1] = 0;
    if (low === high) {
      high--;
      continue;
    }
    if (low === high - 1) {
      const [large, small, rc, rs, lc, ls] = triangle2(d[low], e[low], d[high]);
      [d[low], e[low], d[high]] = [large, 0, small];
      turnRows(right, low, high, rc, rs);
      turnRows(left, low, high, lc, ls);
      high -= 2;
      continue;
    }
    // A bulge is chased from the larger end to the smaller; chasing upward is the same on the transpose, from the other end.
    if (low > oldHigh || high < oldLow) down = Math.abs(d[low]) >= Math.abs(d[high]);
    [oldLow, oldHigh] = [low, high];
    const [start, end, step] = down ? [low, high, 1] : [high, low, -1];
    const [first, second] = down ? [right, left] : [left, right];
    const link = (i: number): number => (down ? i : i - 1);
    const corner = down ? high - 1 : low;
    const shift = Math.abs(triangle2(d[corner], e[corner], d[corner + 1])[1]);
    let [f, g] = [d[start], e[link(start)]];
    // A shift that is nothing beside d² would only spoil f; where d itself is nothing, the matrix is singular and needs none.
    if (shift ** 2 > Number.EPSILON * f * f && f !== 0) f -= (shift / f) * shift;
    for (let i = start; i !== end; i += step) {
      const [next, off] = [i + step, link(i)];
      const [c1, s1, r1] = planeRotation(f, g);
      if (i !== start) e[link(i - step)] = r1;
      f = c1 * d[i] + s1 * e[off];
      e[off] = c1 * e[off] - s1 * d[i];
      g = s1 * d[next];
      d[next] *= c1;
      const [c2, s2, r2] = planeRotation(f, g);
      d[i] = r2;
      f = c2 * e[off] + s2 * d[next];
      d[next] = c2 * d[next] - s2 * e[off];
      if (next !== end) {
        g = s2 * e[link(next)];
        e[link(next)] *= c2;
      }
      turnRows(first, i, next, c1, s1);
      turnRows(second, i, next, c2, s2);
    }
    e[link(end - step)] = f;
  }
}

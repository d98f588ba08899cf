import { planeRotation, turn } from "./rotation.ts";

/** Sign of x as ±1. */
const signOf = (x: number): 1 | -1 => (x < 0 || Object.is(x, -0) ? -1 : 1);

interface Triangle {
  readonly smallest: number;
  readonly largest: number;
  /** Right and left rotations: cosine and sine. */
  readonly right: readonly [number, number];
  readonly left: readonly [number, number];
}

/** Singular values (with signs) and vectors of [[f, g], [0, h]], to full relative accuracy (LAPACK's lasv2). */
function triangle2(f: number, g: number, h: number): Triangle {
  const swap = Math.abs(h) > Math.abs(f);
  const [ft, ht] = swap ? [h, f] : [f, h];
  const [fa, ga, ha] = [Math.abs(ft), Math.abs(g), Math.abs(ht)];
  // Which element is largest decides the signs.
  let dominant = swap ? "h" : "f";
  let [smallest, largest, clt, slt, crt, srt] = [ha, fa, 1, 0, 1, 0];
  if (ga > fa && fa / ga < Number.EPSILON / 2) {
    dominant = "g";
    [largest, smallest] = [ga, ha > 1 ? fa / (ga / ha) : (fa / ga) * ha];
    [clt, slt, crt, srt] = [1, ht / g, ft / g, 1];
  } else if (ga > 0) {
    if (ga > fa) dominant = "g";
    const d = fa - ha;
    const l = d === fa ? 1 : d / fa;
    const m = g / ft;
    const t = 2 - l;
    const s = Math.sqrt(t * t + m * m);
    const r = l === 0 ? Math.abs(m) : Math.sqrt(l * l + m * m);
    const a = (s + r) / 2;
    [smallest, largest] = [ha / a, fa * a];
    let tangent = (m / (s + t) + m / (r + l)) * (1 + a);
    // m² underflowed.
    if (m * m === 0) tangent = l === 0 ? 2 * signOf(ft) * signOf(g) : g / (signOf(ft) * d) + m / t;
    const size = Math.hypot(tangent, 2);
    [crt, srt] = [2 / size, tangent / size];
    [clt, slt] = [(crt + srt * m) / a, ((ht / ft) * srt) / a];
  }
  const [left, right] = swap
    ? ([
        [srt, crt],
        [slt, clt],
      ] as const)
    : ([
        [clt, slt],
        [crt, srt],
      ] as const);
  const sign =
    dominant === "f"
      ? signOf(right[0]) * signOf(left[0]) * signOf(f)
      : dominant === "g"
        ? signOf(right[1]) * signOf(left[0]) * signOf(g)
        : signOf(right[1]) * signOf(left[1]) * signOf(h);
  return { largest: largest * sign, smallest: smallest * sign * signOf(f) * signOf(h), left, right };
}

/** Vectors lie in rows. */
export interface BidiagonalSvd {
  readonly values: Float64Array;
  readonly left: Float64Array;
  readonly right: Float64Array;
}

/**
 * Singular values, in descending order, and vectors of the bidiagonal matrix with diagonal d and off-diagonal e (above it, or below where
 * `lower`), by implicit QR with zero shifts where accuracy needs them: Demmel and Kahan, "Accurate Singular Values of Bidiagonal Matrices",
 * SIAM J. Sci. Stat. Comput. 11, 1990. Directions, shifts and tests are those of LAPACK's bdsqr, so signs of vectors agree with it.
 */
export function bidiagonalSvd(d: Float64Array, e: Float64Array, lower: boolean): BidiagonalSvd {
  const n = d.length;
  const left = new Float64Array(n * n);
  const right = new Float64Array(n * n);
  for (let i = 0; i < n; i++) left[i * n + i] = right[i * n + i] = 1;
  if (n === 1) {
    left[0] = signOf(d[0]);
    d[0] = Math.abs(d[0]);
    return { values: d, left, right };
  }
  const raised = lower ? raise(d, e) : [];
  diagonalize(d, e, left, right);
  for (let i = 0; i < n; i++) {
    if (d[i] >= 0) continue;
    d[i] = -d[i];
    for (let j = i * n; j < (i + 1) * n; j++) right[j] = -right[j];
  }
  // Undo, in the coordinates of each left vector, what made the matrix upper bidiagonal.
  for (let i = raised.length - 1; i >= 0; i--) turn(left, i, i + 1, n, n, raised[i][0], -raised[i][1]);
  const order = Array.from(d.keys()).sort((i, j) => d[j] - d[i]);
  const sorted = (x: Float64Array): Float64Array =>
    Float64Array.from(x, (_, at) => x[order[Math.floor(at / n)] * n + (at % n)]);
  return { values: Float64Array.from(order, (i) => d[i]), left: sorted(left), right: sorted(right) };
}

/** Turns a lower bidiagonal matrix into an upper one by rotations of its rows. */
function raise(d: Float64Array, e: Float64Array): (readonly [number, number])[] {
  return Array.from({ length: d.length - 1 }, (_, i) => {
    const [c, s, r] = planeRotation(d[i], e[i]);
    d[i] = r;
    e[i] = s * d[i + 1];
    d[i + 1] *= c;
    return [c, s] as const;
  });
}

/** Makes e vanish; d then holds the singular values up to sign, in any order. */
function diagonalize(d: Float64Array, e: Float64Array, left: Float64Array, right: Float64Array): void {
  const n = d.length;
  const epsilon = Number.EPSILON / 2;
  const tolerance = Math.max(10, Math.min(100, epsilon ** -0.125)) * epsilon;
  let bound = Math.abs(d[0]);
  for (let i = 1, mu = bound; i < n && bound > 0; i++) {
    mu = Math.abs(d[i]) * (mu / (mu + Math.abs(e[i - 1])));
    bound = Math.min(bound, mu);
  }
  const threshold = Math.max((tolerance * bound) / Math.sqrt(n), 6 * n * n * 2.2250738585072014e-308);
  let [down, oldLow, oldHigh] = [true, -1, -1];
  let high = n - 1;
  for (let budget = 6 * n * n + 60; high > 0 && budget > 0; budget--) {
    // The last block [low, high] without a zero above the diagonal.
    let low = high;
    let largest = Math.abs(d[high]);
    for (; low > 0 && Math.abs(e[low - 1]) > threshold; low--)
      largest = Math.max(largest, Math.abs(d[low - 1]), Math.abs(e[low - 1]));
    if (low > 0) e[low - 1] = 0;
    if (low === high) {
      high--;
      continue;
    }
    if (low === high - 1) {
      const block = triangle2(d[low], e[low], d[high]);
      [d[low], e[low], d[high]] = [block.largest, 0, block.smallest];
      turn(right, low * n, high * n, 1, n, ...block.right);
      turn(left, low * n, high * n, 1, n, ...block.left);
      high -= 2;
      continue;
    }
    // A bulge is chased from the larger end to the smaller; chasing upward is the same on the transpose, from the other end.
    if (low > oldHigh || high < oldLow) down = Math.abs(d[low]) >= Math.abs(d[high]);
    const [start, step] = down ? [low, 1] : [high, -1];
    const end = low + high - start;
    const link = (i: number): number => (down ? i : i - 1);
    const last = link(end - step);
    let smallest = Math.abs(d[start]);
    let negligible = Math.abs(e[last]) <= tolerance * Math.abs(d[end]) ? last : -1;
    for (let i = start, mu = smallest; i !== end && negligible < 0; i += step) {
      const off = Math.abs(e[link(i)]);
      if (off <= tolerance * mu) negligible = link(i);
      mu = Math.abs(d[i + step]) * (mu / (mu + off));
      smallest = Math.min(smallest, mu);
    }
    if (negligible >= 0) {
      e[negligible] = 0;
      continue;
    }
    [oldLow, oldHigh] = [low, high];
    let shift = 0;
    if (n * tolerance * (smallest / largest) > Math.max(epsilon, 0.01 * tolerance)) {
      const corner = down ? triangle2(d[high - 1], e[high - 1], d[high]) : triangle2(d[low], e[low], d[low + 1]);
      shift = Math.abs(corner.smallest);
      if ((shift / Math.abs(d[start])) ** 2 < epsilon) shift = 0;
    }
    const [first, second] = down ? [right, left] : [left, right];
    if (shift === 0) {
      let [c, oldC, oldS] = [1, 1, 0];
      for (let i = start; i !== end; i += step) {
        const [c1, s1, r1] = planeRotation(d[i] * c, e[link(i)]);
        if (i !== start) e[link(i - step)] = oldS * r1;
        const [c2, s2, r2] = planeRotation(oldC * r1, d[i + step] * s1);
        d[i] = r2;
        [c, oldC, oldS] = [c1, c2, s2];
        turn(first, i * n, (i + step) * n, 1, n, c1, s1);
        turn(second, i * n, (i + step) * n, 1, n, c2, s2);
      }
      const h = d[end] * c;
      d[end] = h * oldC;
      e[last] = h * oldS;
    } else {
      let f = (Math.abs(d[start]) - shift) * (signOf(d[start]) + shift / d[start]);
      let g = e[link(start)];
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
        turn(first, i * n, next * n, 1, n, c1, s1);
        turn(second, i * n, next * n, 1, n, c2, s2);
      }
      e[last] = f;
    }
    if (Math.abs(e[last]) <= threshold) e[last] = 0;
  }
}

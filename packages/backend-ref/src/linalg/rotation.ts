/** Turns lines a and b of x, which start there and go on for `count` elements `step` apart: (a, b) ← (c·a + s·b, c·b - s·a). */
export function turn(x: Float64Array, a: number, b: number, step: number, count: number, c: number, s: number): void {
  for (; count > 0; count--, a += step, b += step) {
    const t = x[b];
    x[b] = c * t - s * x[a];
    x[a] = s * t + c * x[a];
  }
}

/** c, s and r of the plane rotation that takes (f, g) to (r, 0), with the sign of f in r (LAPACK's lartg). */
export function planeRotation(f: number, g: number): readonly [c: number, s: number, r: number] {
  if (g === 0) return [1, 0, f];
  if (f === 0) return [0, Math.sign(g), Math.abs(g)];
  const size = Math.hypot(f, g);
  const r = f < 0 ? -size : size;
  return [Math.abs(f) / size, g / r, r];
}

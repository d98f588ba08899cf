/**
 * The Householder reflection I - tau·v·vᵀ (v₀ = 1) that takes x to (beta, 0, …), with beta's sign opposite to x₀'s, and none where x is
 * (x₀, 0, …) already: LAPACK's choice. x = a[at], a[at + step], …; it is replaced by beta and v₁, v₂, …
 */
export function reflector(a: Float64Array, at: number, step: number, n: number): number {
  let rest = 0;
  for (let i = 1; i < n; i++) rest = Math.hypot(rest, a[at + i * step]);
  if (rest === 0) return 0;
  const alpha = a[at];
  const beta = (alpha >= 0 ? -1 : 1) * Math.hypot(alpha, rest);
  for (let i = 1; i < n; i++) a[at + i * step] /= alpha - beta;
  a[at] = beta;
  return (beta - alpha) / beta;
}

/**
 * Applies I - tau·v·vᵀ, for v = (1, a[from + along], a[from + 2·along], …) of length n, to `lines` vectors of x, which start `across`
 * apart from `at` on and have their elements `step` apart.
 */
export function reflect(
  a: Float64Array,
  from: number,
  along: number,
  n: number,
  tau: number,
  x: Float64Array,
  at: number,
  step: number,
  lines: number,
  across: number,
): void {
  if (tau === 0) return;
  for (; lines > 0; lines--, at += across) {
    let sum = x[at];
    for (let i = 1; i < n; i++) sum += a[from + i * along] * x[at + i * step];
    sum *= tau;
    x[at] -= sum;
    for (let i = 1; i < n; i++) x[at + i * step] -= sum * a[from + i * along];
  }
}

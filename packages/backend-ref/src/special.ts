/** 2 / sqrt(π). */
const TWO_OVER_ROOT_PI = 1.1283791670955126;

/** Below this, the Maclaurin series of erf is short; above it, erfc is computed. */
const SPLIT = 0.65;

/**
 * Chebyshev coefficients of exp(z²)·erfc(z)/t over t = 2 / (2 + z) in (0, 1], z ≥ 0, in 2t - 1. Found at 60 digits by interpolation in
 * Chebyshev nodes (see test/fixtures/fit_erfc.py); the method is that of Press et al., Numerical Recipes, 3rd ed., §6.2.2.
 */
const ERFC: readonly number[] = [
  0.5770337386164697, 0.3554369212704985, 0.06509515882878653, 0.003671142395836639, -0.0011128447433526325,
  -0.0001607582991537808, 3.278031574173137e-5, 5.442441645505016e-6, -1.5154665553171482e-6, -1.4297608181169865e-7,
  8.234608827419493e-8, -1.2962846852306563e-9, -4.154721631015199e-9, 6.347058278362811e-10, 1.4320822712256225e-10,
  -6.160390105204585e-11, 2.0612138554721698e-12, 3.5714931488477042e-12, -8.586422843251796e-13, -6.14560021379063e-14,
  7.418725748596617e-14, -1.2895042755032325e-14, -2.358726385710632e-15, 1.5729349381685912e-15,
  -2.2782966239546465e-16, -6.31233045075643e-17, 3.5916763531814925e-17,
];

/** Complementary error function, for z ≥ 0. */
function erfcPositive(z: number): number {
  const t = 2 / (2 + z);
  const y = 4 * t - 2;
  let [d, dd] = [0, 0];
  for (let k = ERFC.length - 1; k > 0; k--) [d, dd] = [y * d - dd + ERFC[k], d];
  return t * Math.exp(-z * z) * (0.5 * (y * d) - dd + ERFC[0]);
}

/** Error function, to about 1e-15. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size >= SPLIT) return x < 0 ? erfcPositive(size) - 1 : 1 - erfcPositive(size);
  const square = x * x;
  let term = TWO_OVER_ROOT_PI * x;
  let sum = term;
  // Terms of the Maclaurin series fall below the last place of a float64 before n = 14.
  for (let n = 1; n < 15; n++) {
    term *= -square / n;
    sum += term / (2 * n + 1);
  }
  return sum;
}

/** Inverse of erf, to about 1e-14: Winitzki's closed form, then Halley steps. NaN outside [-1, 1]. */
export function erfinv(y: number): number {
  const size = Math.abs(y);
  if (!(size < 1)) return size === 1 ? y * Number.POSITIVE_INFINITY : Number.NaN;
  if (size < 1e-8) return y / TWO_OVER_ROOT_PI;
  const rest = 1 - size;
  const l = Math.log(rest * (1 + size));
  const a = 0.147;
  const b = 2 / (Math.PI * a) + l / 2;
  let x = Math.sqrt(Math.sqrt(b * b - l / a) - b);
  for (let k = 0; k < 3; k++) {
    // For large arguments the difference of erfc's keeps the digits that erf's would lose.
    const error = size > 0.5 ? rest - erfcPositive(x) : erf(x) - size;
    const newton = error / (TWO_OVER_ROOT_PI * Math.exp(-x * x));
    x -= newton / (1 + x * newton);
  }
  return y < 0 ? -x : x;
}

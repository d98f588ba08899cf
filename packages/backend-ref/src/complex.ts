import type { Numbers } from "./storage.ts";

/** A complex number as an array of two; functions below write their result into `out`. */
export type Pair = Float64Array;
export type ComplexUnary = (re: number, im: number, out: Pair) => void;
export type ComplexBinary = (a: number, b: number, c: number, d: number, out: Pair) => void;

const set = (out: Pair, re: number, im: number): void => {
  out[0] = re;
  out[1] = im;
};

export const complexMultiply: ComplexBinary = (a, b, c, d, out) => set(out, a * c - b * d, a * d + b * c);

/** Smith's method: no overflow where the quotient has none. */
export const complexDivide: ComplexBinary = (a, b, c, d, out) => {
  if (c === 0 && d === 0) {
    set(out, a / 0, b / 0);
  } else if (Math.abs(c) >= Math.abs(d)) {
    const r = d / c;
    const t = c + d * r;
    set(out, (a + b * r) / t, (b - a * r) / t);
  } else {
    const r = c / d;
    const t = c * r + d;
    set(out, (a * r + b) / t, (b * r - a) / t);
  }
};

/** The principal root: its real part is not negative, and its imaginary part has the sign of the operand's. */
const complexSqrt: ComplexUnary = (re, im, out) => {
  const size = Math.hypot(re, im);
  if (size === 0) return set(out, 0, im);
  const t = Math.sqrt((size + Math.abs(re)) / 2);
  const other = im / (2 * t);
  if (re >= 0) set(out, t, other);
  else set(out, Math.abs(other), im < 0 || Object.is(im, -0) ? -t : t);
};

const complexExp: ComplexUnary = (re, im, out) => {
  const size = Math.exp(re);
  set(out, size * Math.cos(im), im === 0 ? im : size * Math.sin(im));
};

const complexLog: ComplexUnary = (re, im, out) => set(out, Math.log(Math.hypot(re, im)), Math.atan2(im, re));

const sinh: ComplexUnary = (re, im, out) => set(out, Math.sinh(re) * Math.cos(im), Math.cosh(re) * Math.sin(im));

const cosh: ComplexUnary = (re, im, out) => set(out, Math.cosh(re) * Math.cos(im), Math.sinh(re) * Math.sin(im));

const tanh: ComplexUnary = (re, im, out) => {
  // For large |re| both hyperbolic functions overflow while their quotient tends to ±1.
  if (Math.abs(re) > 20) return set(out, Math.sign(re), 4 * Math.sin(im) * Math.cos(im) * Math.exp(-2 * Math.abs(re)));
  const t = Math.tan(im);
  const s = Math.sinh(re);
  const beta = 1 + t * t;
  const rho = Math.sqrt(1 + s * s);
  const denominator = 1 + beta * s * s;
  set(out, (beta * rho * s) / denominator, t / denominator);
};

const sqrt1 = new Float64Array(2);
const sqrt2 = new Float64Array(2);

/** After W. Kahan, "Branch Cuts for Complex Elementary Functions", 1987. */
const arcsinh: ComplexUnary = (re, im, out) => {
  complexSqrt(1 + im, -re, sqrt1);
  complexSqrt(1 - im, re, sqrt2);
  set(
    out,
    Math.asinh(sqrt1[0] * sqrt2[1] - sqrt1[1] * sqrt2[0]),
    Math.atan2(im, sqrt1[0] * sqrt2[0] - sqrt1[1] * sqrt2[1]),
  );
};

const arccosh: ComplexUnary = (re, im, out) => {
  complexSqrt(re - 1, im, sqrt1);
  complexSqrt(re + 1, im, sqrt2);
  set(out, Math.asinh(sqrt1[0] * sqrt2[0] + sqrt1[1] * sqrt2[1]), 2 * Math.atan2(sqrt1[1], sqrt2[0]));
};

const arctanh: ComplexUnary = (re, im, out) => {
  const far = (1 - re) * (1 - re) + im * im;
  set(out, Math.log1p((4 * re) / far) / 4, Math.atan2(2 * im, (1 - re) * (1 + re) - im * im) / 2);
};

/** f(z) from a function of i·z: sin z = -i sinh(iz) and its like. */
const rotated =
  (f: ComplexUnary): ComplexUnary =>
  (re, im, out) => {
    f(-im, re, out);
    set(out, out[1], -out[0]);
  };

export const complexUnary: Readonly<Record<string, ComplexUnary>> = {
  negative: (re, im, out) => set(out, -re, -im),
  conj: (re, im, out) => set(out, re, -im),
  sign: (re, im, out) => {
    const size = Math.hypot(re, im);
    set(out, size === 0 ? 0 : re / size, size === 0 ? 0 : im / size);
  },
  exp: complexExp,
  expm1: (re, im, out) => {
    const half = Math.sin(im / 2);
    set(out, Math.expm1(re) * Math.cos(im) - 2 * half * half, Math.exp(re) * Math.sin(im));
  },
  log: complexLog,
  log1p: (re, im, out) => set(out, Math.log1p(re * (2 + re) + im * im) / 2, Math.atan2(im, 1 + re)),
  sqrt: complexSqrt,
  rsqrt: (re, im, out) => {
    complexSqrt(re, im, out);
    complexDivide(1, 0, out[0], out[1], out);
  },
  sinh,
  cosh,
  tanh,
  arcsinh,
  arccosh,
  arctanh,
  sin: rotated(sinh),
  cos: (re, im, out) => cosh(-im, re, out),
  tan: rotated(tanh),
  arcsin: rotated(arcsinh),
  arccos: (re, im, out) => {
    rotated(arcsinh)(re, im, out);
    set(out, Math.PI / 2 - out[0], -out[1]);
  },
  arctan: rotated(arctanh),
  sigmoid: (re, im, out) => {
    tanh(re / 2, im / 2, out);
    set(out, 0.5 + out[0] / 2, out[1] / 2);
  },
};

export const complexBinary: Readonly<Record<string, ComplexBinary>> = {
  add: (a, b, c, d, out) => set(out, a + c, b + d),
  subtract: (a, b, c, d, out) => set(out, a - c, b - d),
  multiply: complexMultiply,
  divide: complexDivide,
  power: (a, b, c, d, out) => {
    if (c === 0 && d === 0) return set(out, 1, 0);
    if (a === 0 && b === 0) return set(out, 0, 0);
    complexLog(a, b, out);
    complexMultiply(out[0], out[1], c, d, out);
    complexExp(out[0], out[1], out);
  },
};

/** Comparisons give one number per pair. Order is lexicographic, as in NumPy. */
export const complexCompare: Readonly<Record<string, (a: number, b: number, c: number, d: number) => boolean>> = {
  equal: (a, b, c, d) => a === c && b === d,
  not_equal: (a, b, c, d) => a !== c || b !== d,
  less: (a, b, c, d) => a < c || (a === c && b < d),
  less_equal: (a, b, c, d) => a < c || (a === c && b <= d),
  greater: (a, b, c, d) => a > c || (a === c && b > d),
  greater_equal: (a, b, c, d) => a > c || (a === c && b >= d),
};

/** Complex → real or bool, one number per pair. */
export const complexReduce: Readonly<Record<string, (re: number, im: number) => number>> = {
  absolute: Math.hypot,
  real: (re) => re,
  imag: (_, im) => im,
  isfinite: (re, im) => (Number.isFinite(re) && Number.isFinite(im) ? 1 : 0),
  isnan: (re, im) => (Number.isNaN(re) || Number.isNaN(im) ? 1 : 0),
};

/** Splits interleaved pairs into two arrays. */
export function splitPlanes(x: Numbers): readonly [Float64Array, Float64Array] {
  const n = x.length / 2;
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    re[i] = x[2 * i];
    im[i] = x[2 * i + 1];
  }
  return [re, im];
}

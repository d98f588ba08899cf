import { binary, bitcast, compare, literal, unary, where } from "../emit/ops.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/value.ts";

/* Functions that ONNX does not have, in terms of those it has, in single precision. */

/** exp(x) - 1 = 2 t / (1 - t) with t = tanh(x / 2), without cancellation; far from 0 the plain difference. */
export function expm1(e: Emitter, x: Val): Val {
  const t = unary(e, "Tanh", binary(e, "Mul", x, literal(e, 0.5, x)));
  const near = binary(e, "Div", binary(e, "Add", t, t), binary(e, "Sub", literal(e, 1, x), t));
  const far = binary(e, "Sub", unary(e, "Exp", x), literal(e, 1, x));
  return where(e, compare(e, "Less", unary(e, "Abs", x), literal(e, 0.5, x)), near, far);
}

/**
 * log(1 + x) = log(u) · x / (u - 1) with u = fl(1 + x): the rounding error of u cancels (W. Kahan).
 * Where u is 1 the result is x; where u is infinite or not positive, log(u).
 */
export function log1p(e: Emitter, x: Val): Val {
  const one = literal(e, 1, x);
  const u = binary(e, "Add", x, one);
  const log = unary(e, "Log", u);
  const d = binary(e, "Sub", u, one);
  const corrected = binary(e, "Mul", log, binary(e, "Div", x, d));
  const tiny = compare(e, "Equal", d, literal(e, 0, x));
  const small = compare(e, "Less", unary(e, "Abs", x), literal(e, 0.5, x));
  return where(e, tiny, x, where(e, small, corrected, log));
}

/** Coefficients of M. Giles, "Approximating the erfinv function" (2010), single precision, highest degree first. */
const CENTRAL = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
  0.246640727, 1.50140941,
];
const TAIL = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
  1.00167406, 2.83297682,
];

function polynomial(e: Emitter, coefficients: readonly number[], x: Val): Val {
  return coefficients
    .slice(1)
    .reduce((p, c) => binary(e, "Add", binary(e, "Mul", p, x), literal(e, c, x)), literal(e, coefficients[0]!, x));
}

/** Inverse of the error function (Giles, 2010). */
export function erfinv(e: Emitter, x: Val): Val {
  const w = unary(e, "Neg", log1p(e, unary(e, "Neg", binary(e, "Mul", x, x))));
  const central = polynomial(e, CENTRAL, binary(e, "Sub", w, literal(e, 2.5, x)));
  const tail = polynomial(e, TAIL, binary(e, "Sub", unary(e, "Sqrt", w), literal(e, 3, x)));
  const inside = binary(e, "Mul", where(e, compare(e, "Less", w, literal(e, 5, x)), central, tail), x);
  const edge = compare(e, "Equal", unary(e, "Abs", x), literal(e, 1, x));
  return where(e, edge, binary(e, "Mul", x, literal(e, Number.POSITIVE_INFINITY, x)), inside);
}

/** Angle of (x, y) in [-π, π], with C's rules for zeros and infinities. */
export function atan2(e: Emitter, y: Val, x: Val): Val {
  const zero = literal(e, 0, x);
  const infinite = binary(e, "And", isInfinite(e, x), isInfinite(e, y));
  // Both infinite: the quotient of the signs. Both zero: the quotient of 0 and 1.
  const num = where(e, infinite, unary(e, "Sign", y), y);
  const bothZero = binary(e, "And", compare(e, "Equal", x, zero), compare(e, "Equal", y, zero));
  const den = where(e, infinite, unary(e, "Sign", x), where(e, bothZero, signedOne(e, x), x));
  const angle = unary(e, "Atan", binary(e, "Div", num, den));
  const half = where(e, isNegative(e, y), literal(e, -Math.PI, x), literal(e, Math.PI, x));
  return where(e, isNegative(e, den), binary(e, "Add", angle, half), angle);
}

const isInfinite = (e: Emitter, x: Val): Val =>
  compare(e, "Equal", unary(e, "Abs", x), literal(e, Number.POSITIVE_INFINITY, x));

/** Whether the sign bit is set; 1 / -0 is -inf. */
function isNegative(e: Emitter, x: Val): Val {
  const zero = literal(e, 0, x);
  const minusZero = binary(
    e,
    "And",
    compare(e, "Equal", x, zero),
    compare(e, "Less", binary(e, "Div", literal(e, 1, x), x), zero),
  );
  return binary(e, "Or", compare(e, "Less", x, zero), minusZero);
}

const signedOne = (e: Emitter, x: Val): Val => where(e, isNegative(e, x), literal(e, -1, x), literal(e, 1, x));

/** The next float32 after x toward y: one step of its bits, taken as an integer that grows with |x|. */
export function nextAfter(e: Emitter, x: Val, y: Val): Val {
  const bits = bitcast(e, x, "int32");
  const zero = literal(e, 0, x);
  const up = compare(e, "Less", x, y);
  const away = binary(e, "Xor", up, compare(e, "Less", x, zero));
  const one = literal(e, 1, bits);
  const stepped = bitcast(e, binary(e, "Add", bits, where(e, away, one, literal(e, -1, bits))), "float32");
  const tiny = e.scalar(2 ** -149, "float32");
  const fromZero = where(e, up, tiny, unary(e, "Neg", tiny));
  const moved = where(e, compare(e, "Equal", x, zero), fromZero, stepped);
  // The sum carries a NaN of either operand; equal operands give y, so that the sign of a zero is y's.
  const nan = binary(e, "Or", isNaN(e, x), isNaN(e, y));
  return where(e, nan, binary(e, "Add", x, y), where(e, compare(e, "Equal", x, y), y, moved));
}

const isNaN = (e: Emitter, x: Val): Val => unary(e, "Not", compare(e, "Equal", x, x));

import { isUnsigned } from "@keras/ops";
import { binary, compare, literal, where } from "../emit/ops.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/value.ts";

/**
 * x to the y of integers that wrap: by repeated squaring, since ONNX Runtime's Pow goes through doubles and saturates.
 * A known exponent takes only the multiplications it needs. A negative one gives the reciprocal, truncated.
 */
export function integerPower(e: Emitter, x: Val, y: Val): Val {
  const one = literal(e, 1, x);
  if (typeof y.fill === "number" && y.fill >= 0) return knownPower(e, x, y.fill, one);
  let result = one;
  let square = x;
  let rest = y;
  const two = literal(e, 2, y);
  const bits = Number(/\d+$/.exec(y.dtype)![0]);
  for (let bit = 0; bit < bits - 1; bit++) {
    const odd = compare(e, "Equal", binary(e, "Mod", rest, two, { fmod: 0 }), literal(e, 1, y));
    result = where(e, odd, binary(e, "Mul", result, square), result);
    square = binary(e, "Mul", square, square);
    rest = binary(e, "Div", rest, two);
  }
  return isUnsigned(y.dtype)
    ? result
    : where(e, compare(e, "Less", y, literal(e, 0, y)), reciprocalPower(e, x, y), result);
}

/** x to a negative y: of 1 it is 1, of -1 it is ±1, of all others less than one and so 0. */
function reciprocalPower(e: Emitter, x: Val, y: Val): Val {
  const [zero, one, minus] = [literal(e, 0, x), literal(e, 1, x), literal(e, -1, x)];
  const odd = compare(e, "Equal", binary(e, "Mod", y, literal(e, 2, y), { fmod: 0 }), literal(e, 1, y));
  const ofMinus = where(e, odd, minus, one);
  return where(e, compare(e, "Equal", x, one), one, where(e, compare(e, "Equal", x, minus), ofMinus, zero));
}

function knownPower(e: Emitter, x: Val, exponent: number, one: Val): Val {
  if (exponent === 0) return binary(e, "Add", binary(e, "Sub", x, x), one);
  let result: Val | null = null;
  let square = x;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = result ? binary(e, "Mul", result, square) : square;
    if (rest > 1) square = binary(e, "Mul", square, square);
  }
  return result!;
}

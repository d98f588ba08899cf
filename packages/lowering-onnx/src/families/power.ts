import { binary, compare, literal, where } from "../emit/ops.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/value.ts";

/**
 * x to the y, y ≥ 0, of integers that wrap: by repeated squaring, since ONNX Runtime's Pow goes through doubles and saturates.
 * A known exponent takes only the multiplications it needs. A negative exponent gives 0, as x to the y truncates to it for |x| > 1.
 */
export function integerPower(e: Emitter, x: Val, y: Val): Val {
  const one = literal(e, 1, x);
  if (typeof y.fill === "number" && y.fill >= 0) return knownPower(e, x, y.fill, one);
  let result = one;
  let square = x;
  let rest = y;
  const two = literal(e, 2, y);
  const bits = y.dtype.endsWith("8") ? 8 : y.dtype.endsWith("16") ? 16 : 32;
  for (let bit = 0; bit < bits - 1; bit++) {
    const odd = compare(e, "Equal", binary(e, "Mod", rest, two, { fmod: 0 }), literal(e, 1, y));
    result = where(e, odd, binary(e, "Mul", result, square), result);
    square = binary(e, "Mul", square, square);
    rest = binary(e, "Div", rest, two);
  }
  return result;
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

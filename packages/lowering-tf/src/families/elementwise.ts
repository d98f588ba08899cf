import { isComplex, isFloat, isInteger, isUnsigned, itemBytes, type DType } from "@keras/ops";
import {
  binary,
  broadcast,
  cast,
  compare,
  dtypeOf,
  inSingle,
  isHalf,
  literal,
  not,
  test,
  unary,
  where,
  xor,
  zero,
} from "../emit/ops.ts";
import type { EmitterTable, OpEmitter } from "../emit/table.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/value.ts";

/** A function of floats that is one operator. */
const float = (op: string): OpEmitter => ({ emit: (e, _, [x]) => unary(e, op, x!) });

/** As {@link float}, where the operator has no half types or is inexact in them. */
const single = (op: string): OpEmitter => ({ emit: (e, _, [x]) => inSingle(e, [x!], ([v]) => unary(e, op, v!)) });

/** Floats are rounded somehow; integers are whole. */
const rounding = (op: string): OpEmitter => ({
  emit: (e, _, [x]) => (isFloat(dtypeOf(x!)) ? unary(e, op, x!) : x!),
});

const trunc = (e: Emitter, x: Val): Val =>
  where(e, compare(e, "Less", x, zero(e, dtypeOf(x))), unary(e, "Ceil", x), unary(e, "Floor", x));

/** Arithmetic of numbers; `logic` is what it means on bool. */
const arithmetic = (op: string, logic?: string): OpEmitter => ({
  supports: ([x]) => x!.dtype !== "bool" || logic !== undefined,
  emit: (e, _, [x, y]) => binary(e, x!.dtype === "bool" ? logic! : op, x!, y!),
});

/** Ordering: bool is compared as 0 and 1. */
const ordering = (op: string): OpEmitter => ({
  emit: (e, _, [x, y]) =>
    x!.dtype === "bool" ? compare(e, op, cast(e, x!, "uint8"), cast(e, y!, "uint8")) : compare(e, op, x!, y!),
});

const equality = (op: string): OpEmitter => ({ emit: (e, _, [x, y]) => compare(e, op, x!, y!) });

/** Bits of integers; on bool the logical operator. */
const bitwise = (op: string, logic: (e: Emitter, x: Val, y: Val) => Val): OpEmitter => ({
  emit: (e, _, [x, y]) => (x!.dtype === "bool" ? logic(e, x!, y!) : binary(e, op, x!, y!)),
});

const and = (e: Emitter, x: Val, y: Val): Val => binary(e, "LogicalAnd", x, y);
const or = (e: Emitter, x: Val, y: Val): Val => binary(e, "LogicalOr", x, y);

/** Where the divisor of integers is harmless: TensorFlow fails on 0, and the least integer by -1 stops the process. */
function safeDivisor(e: Emitter, y: Val): { divisor: Val; byZero: Val; byMinusOne: Val | null } {
  const byZero = compare(e, "Equal", y, literal(e, 0, y));
  const byMinusOne = isUnsigned(dtypeOf(y)) ? null : compare(e, "Equal", y, literal(e, -1, y));
  return {
    divisor: where(e, byMinusOne ? or(e, byZero, byMinusOne) : byZero, literal(e, 1, y), y),
    byZero,
    byMinusOne,
  };
}

const isKnownDivisor = (y: Val): boolean => y.fill !== undefined && Number(y.fill) !== 0 && Number(y.fill) !== -1;

function floorDivide(e: Emitter, x: Val, y: Val): Val {
  if (!isInteger(dtypeOf(x))) return inSingle(e, [x, y], ([a, b]) => floatFloorDivide(e, a!, b!));
  if (isKnownDivisor(y)) return binary(e, "FloorDiv", x, y);
  const { divisor, byZero, byMinusOne } = safeDivisor(e, y);
  let quotient = binary(e, "FloorDiv", x, divisor);
  if (byMinusOne) quotient = where(e, byMinusOne, binary(e, "Sub", literal(e, 0, x), x), quotient);
  return where(e, byZero, dividedByZero(e, x), quotient);
}

/** What XLA's division gives, which sets all bits, and takes one off where the remainder is not 0. */
function dividedByZero(e: Emitter, x: Val): Val {
  const dtype = dtypeOf(x);
  if (isUnsigned(dtype)) return literal(e, 2n ** BigInt(8 * itemBytes(dtype)) - 1n, x);
  return where(e, compare(e, "Equal", x, literal(e, 0, x)), literal(e, -1, x), literal(e, -2, x));
}

/** floor(x / y), exact where x / y would round up to a whole number: the remainder is taken off first. By zero it is x / y. */
function floatFloorDivide(e: Emitter, x: Val, y: Val): Val {
  const rest = binary(e, "FloorMod", x, y);
  const whole = unary(e, "Round", binary(e, "RealDiv", binary(e, "Sub", x, rest), y));
  return where(e, compare(e, "Equal", y, literal(e, 0, y)), binary(e, "RealDiv", x, y), whole);
}

function mod(e: Emitter, x: Val, y: Val): Val {
  if (!isInteger(dtypeOf(x))) return inSingle(e, [x, y], ([a, b]) => binary(e, "FloorMod", a!, b!));
  if (isKnownDivisor(y)) return binary(e, "FloorMod", x, y);
  const { divisor, byZero } = safeDivisor(e, y);
  return where(e, byZero, literal(e, 0, x), binary(e, "FloorMod", x, divisor));
}

/** Integer powers wrap, so types without a kernel are computed in wider or equally wide ones. Exponents are not negative. */
function power(e: Emitter, x: Val, y: Val): Val {
  const dtype = dtypeOf(x);
  if (isFloat(dtype) || isComplex(dtype)) return inSingle(e, [x, y], ([a, b]) => binary(e, "Pow", a!, b!));
  const type = itemBytes(dtype) === 8 ? "int64" : "int32";
  const exponent = binary(e, "Maximum", cast(e, y, type), e.scalar(0, type));
  return cast(e, binary(e, "Pow", cast(e, x, type), exponent), dtype);
}

/** A distance outside [0, bits) gives 0, or the sign for an arithmetic shift. */
function shift(e: Emitter, op: "LeftShift" | "RightShift", x: Val, y: Val): Val {
  const bits = 8 * itemBytes(dtypeOf(x));
  if (y.fill !== undefined && Number(y.fill) >= 0 && Number(y.fill) < bits) return binary(e, op, x, y);
  const inside = and(e, compare(e, "GreaterEqual", y, literal(e, 0, y)), compare(e, "Less", y, literal(e, bits, y)));
  const isArithmetic = op === "RightShift" && !isUnsigned(dtypeOf(x));
  const outside = isArithmetic ? binary(e, op, x, literal(e, bits - 1, x)) : literal(e, 0, x);
  return where(e, inside, binary(e, op, x, where(e, inside, y, literal(e, 0, y))), outside);
}

/** The larger or smaller; NaN wins. */
const extreme = (op: "Maximum" | "Minimum", logic: typeof and): OpEmitter => ({
  emit: (e, _, [x, y]) => (x!.dtype === "bool" ? logic(e, x!, y!) : binary(e, op, x!, y!)),
});

/** Unsigned numbers have no kernel of their own. */
const sign = (e: Emitter, x: Val): Val =>
  isUnsigned(dtypeOf(x)) ? binary(e, "Minimum", x, literal(e, 1, x)) : unary(e, "Sign", x);

const partOf = (dtype: DType): DType => (dtype === "complex128" ? "float64" : "float32");
const part = (op: string): OpEmitter => ({
  supports: ([x]) => isComplex(x!.dtype),
  emit: (e, _, [x]) => e.op(op, [x!], {}, { dtype: partOf(dtypeOf(x!)), shape: x!.shape }),
});

function nextAfter(e: Emitter, x: Val, y: Val): Val {
  return binary(e, "NextAfter", x, y);
}

const constantTest = (e: Emitter, x: Val, value: boolean): Val => broadcast(e, e.scalar(value, "bool"), x.shape);

function isFinite(e: Emitter, x: Val): Val {
  if (isComplex(dtypeOf(x))) {
    const result = { dtype: partOf(dtypeOf(x)), shape: x.shape };
    return and(e, isFinite(e, e.op("Real", [x], {}, result)), isFinite(e, e.op("Imag", [x], {}, result)));
  }
  return isFloat(dtypeOf(x)) ? test(e, "IsFinite", x) : constantTest(e, x, true);
}

export const elementwise: EmitterTable = {
  negative: {
    emit: (e, _, [x]) => (isUnsigned(dtypeOf(x!)) ? binary(e, "Sub", literal(e, 0, x!), x!) : unary(e, "Neg", x!)),
  },
  absolute: {
    emit: (e, _, [x]) => {
      const dtype = dtypeOf(x!);
      if (isComplex(dtype)) return e.op("ComplexAbs", [x!], {}, { dtype: partOf(dtype), shape: x!.shape });
      return isUnsigned(dtype) || dtype === "bool" ? x! : unary(e, "Abs", x!);
    },
  },
  sign: { supports: ([x]) => !isComplex(x!.dtype), emit: (e, _, [x]) => sign(e, x!) },
  floor: rounding("Floor"),
  ceil: rounding("Ceil"),
  round: rounding("Round"),
  trunc: { emit: (e, _, [x]) => (isFloat(dtypeOf(x!)) ? trunc(e, x!) : x!) },
  exp: float("Exp"),
  expm1: single("Expm1"),
  log: float("Log"),
  log1p: single("Log1p"),
  sqrt: float("Sqrt"),
  rsqrt: single("Rsqrt"),
  sin: float("Sin"),
  cos: float("Cos"),
  tan: single("Tan"),
  arcsin: single("Asin"),
  arccos: single("Acos"),
  arctan: single("Atan"),
  sinh: single("Sinh"),
  cosh: single("Cosh"),
  tanh: float("Tanh"),
  arcsinh: single("Asinh"),
  arccosh: single("Acosh"),
  arctanh: single("Atanh"),
  sigmoid: single("Sigmoid"),
  erf: single("Erf"),
  erfinv: single("Erfinv"),
  isfinite: { emit: (e, _, [x]) => isFinite(e, x!) },
  isnan: {
    supports: ([x]) => !isComplex(x!.dtype),
    emit: (e, _, [x]) => (isFloat(dtypeOf(x!)) ? test(e, "IsNan", x!) : constantTest(e, x!, false)),
  },
  logical_not: { emit: (e, _, [x]) => not(e, x!) },
  bitwise_not: { emit: (e, _, [x]) => (x!.dtype === "bool" ? not(e, x!) : unary(e, "Invert", x!)) },
  real: part("Real"),
  imag: part("Imag"),
  conj: { supports: ([x]) => isComplex(x!.dtype), emit: (e, _, [x]) => unary(e, "Conj", x!) },
  complex: {
    emit: (e, node, [re, im]) => {
      const { dtype, shape } = node.outputs[0]!;
      return e.op("Complex", [broadcast(e, re!, shape), broadcast(e, im!, shape)], {}, { dtype, shape });
    },
  },
  identity: { emit: (_, __, [x]) => x! },

  add: arithmetic("AddV2", "LogicalOr"),
  subtract: arithmetic("Sub"),
  multiply: arithmetic("Mul", "LogicalAnd"),
  divide: { emit: (e, _, [x, y]) => binary(e, "RealDiv", x!, y!) },
  floor_divide: { emit: (e, _, [x, y]) => floorDivide(e, x!, y!) },
  mod: { emit: (e, _, [x, y]) => mod(e, x!, y!) },
  power: { emit: (e, _, [x, y]) => power(e, x!, y!) },
  maximum: extreme("Maximum", or),
  minimum: extreme("Minimum", and),
  arctan2: { emit: (e, _, [y, x]) => inSingle(e, [y!, x!], ([a, b]) => binary(e, "Atan2", a!, b!)) },
  nextafter: { supports: ([x]) => !isHalf(x!.dtype), emit: (e, _, [x, y]) => nextAfter(e, x!, y!) },
  equal: equality("Equal"),
  not_equal: equality("NotEqual"),
  less: ordering("Less"),
  less_equal: ordering("LessEqual"),
  greater: ordering("Greater"),
  greater_equal: ordering("GreaterEqual"),
  logical_and: { emit: (e, _, [x, y]) => and(e, x!, y!) },
  logical_or: { emit: (e, _, [x, y]) => or(e, x!, y!) },
  logical_xor: { emit: (e, _, [x, y]) => xor(e, x!, y!) },
  bitwise_and: bitwise("BitwiseAnd", and),
  bitwise_or: bitwise("BitwiseOr", or),
  bitwise_xor: bitwise("BitwiseXor", xor),
  left_shift: { emit: (e, _, [x, y]) => shift(e, "LeftShift", x!, y!) },
  right_shift: { emit: (e, _, [x, y]) => shift(e, "RightShift", x!, y!) },
  where: { emit: (e, _, [c, x, y]) => where(e, c!, x!, y!) },
};

import { isFloat, isInteger, isUnsigned, type DType } from "@keras/ops";
import { binary, cast, compare, literal, test, unary, where } from "../emit/ops.ts";
import type { EmitterTable, OpEmitter } from "../emit/table.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/value.ts";
import { kernelDType } from "../kernels.ts";
import { atan2, erfinv, expm1, log1p, nextAfter } from "./special.ts";
import { integerPower } from "./power.ts";

/** An op of floats that is one ONNX operator. */
const float = (op: string): OpEmitter => ({
  rounds: true,
  supports: ([x]) => kernelDType(op, x!.dtype) !== null,
  emit: (e, _, [x]) => unary(e, op, x!),
});

/** As {@link float}, where the result is representable whenever the operand is. */
const exactFloat = (op: string): OpEmitter => ({
  emit: (e, _, [x]) => (isFloat(x!.dtype) ? unary(e, op, x!) : x!),
});

const single = (dtype: DType): boolean => dtype !== "float64";

/** A float function built from several nodes, in single precision. */
const composed = (emit: (e: Emitter, x: Val) => Val): OpEmitter => ({
  rounds: true,
  supports: ([x]) => single(x!.dtype),
  emit: (e, _, [x]) => emit(e, x!),
});

/** The larger or smaller; also for 64-bit integers, whose kernels are wrong. */
function extreme(op: "Max" | "Min", logic: string): OpEmitter {
  return {
    emit: (e, _, [x, y]) => {
      if (x!.dtype === "bool") return binary(e, logic, x!, y!);
      if (x!.dtype !== "int64") return binary(e, op, x!, y!);
      return where(e, compare(e, op === "Max" ? "Greater" : "Less", x!, y!), x!, y!);
    },
  };
}

function sign(e: Emitter, x: Val): Val {
  if (x.dtype !== "int64") return unary(e, "Sign", x);
  const zero = literal(e, 0, x);
  const positive = cast(e, compare(e, "Greater", x, zero), "int64");
  return binary(e, "Sub", positive, cast(e, compare(e, "Less", x, zero), "int64"));
}

/** Arithmetic of numbers; `logic` is what it means on bool. */
const arithmetic = (op: string, logic?: string): OpEmitter => ({
  rounds: true,
  supports: ([x]) => (x!.dtype === "bool" ? logic !== undefined : kernelDType(op, x!.dtype) !== null),
  emit: (e, _, [x, y]) => binary(e, x!.dtype === "bool" ? logic! : op, x!, y!),
});

const comparison = (op: string): OpEmitter => ({ emit: (e, _, [x, y]) => compare(e, op, x!, y!) });

const logical = (op: string): OpEmitter => ({ emit: (e, _, [x, y]) => binary(e, op, x!, y!) });

/** Bits of integers; on bool the logical operator. */
const bitwise = (op: string, logic: string): OpEmitter => ({
  emit: (e, _, [x, y]) => binary(e, x!.dtype === "bool" ? logic : op, x!, y!),
});

/**
 * floor(x / y) of integers. ONNX Runtime's Div stops the process's arithmetic on a zero divisor and truncates, so the divisor is made
 * safe, and one is taken off where the quotient is negative and not whole. The least integer divided by -1 wraps to itself.
 */
function integerDivision(e: Emitter, x: Val, y: Val): { quotient: Val; remainder: Val; byZero: Val } {
  const byZero = compare(e, "Equal", y, literal(e, 0, y));
  let divisor = where(e, byZero, literal(e, 1, y), y);
  const minus = isUnsigned(y.dtype) ? null : compare(e, "Equal", y, literal(e, -1, y));
  if (minus) divisor = where(e, minus, literal(e, 1, y), divisor);
  const remainder = binary(e, "Mod", x, divisor, { fmod: 0 });
  let quotient = binary(e, "Div", x, divisor);
  if (minus) {
    const zero = literal(e, 0, x);
    const differs = binary(e, "Xor", compare(e, "Less", x, zero), compare(e, "Less", divisor, zero));
    const below = binary(e, "And", differs, unary(e, "Not", compare(e, "Equal", remainder, zero)));
    quotient = where(e, below, binary(e, "Sub", quotient, literal(e, 1, x)), quotient);
    quotient = where(e, minus, binary(e, "Sub", zero, x), quotient);
  }
  return { quotient, remainder, byZero };
}

/**
 * floor(x / y) of floats, exact where x / y would round up to a whole number: the remainder is taken off first. By zero it is x / y;
 * of an infinity it is NaN.
 */
function floatFloorDivision(e: Emitter, x: Val, y: Val): Val {
  const zero = literal(e, 0, x);
  const rest = binary(e, "Mod", x, y, { fmod: 1 });
  const whole = unary(e, "Round", binary(e, "Div", binary(e, "Sub", x, rest), y));
  const differs = binary(e, "Xor", compare(e, "Less", x, zero), compare(e, "Less", y, zero));
  const below = binary(e, "And", differs, unary(e, "Not", compare(e, "Equal", rest, zero)));
  const floored = where(e, below, binary(e, "Sub", whole, literal(e, 1, x)), whole);
  return where(e, compare(e, "Equal", y, zero), binary(e, "Div", x, y), floored);
}

const floorDivide: OpEmitter = {
  rounds: true,
  emit: (e, _, [x, y]) => {
    if (!isInteger(x!.dtype)) return floatFloorDivision(e, x!, y!);
    const { quotient, byZero } = integerDivision(e, x!, y!);
    if (isUnsigned(x!.dtype)) return where(e, byZero, e.scalar(allOnes(x!.dtype), x!.dtype), quotient);
    const ofZero = compare(e, "Equal", x!, literal(e, 0, x!));
    return where(e, byZero, where(e, ofZero, literal(e, -1, x!), literal(e, -2, x!)), quotient);
  },
};

const BITS: Partial<Record<DType, number>> = {
  int8: 8,
  uint8: 8,
  int16: 16,
  uint16: 16,
  int32: 32,
  uint32: 32,
  int64: 64,
  uint64: 64,
};

function allOnes(dtype: DType): number | bigint {
  const bits = BITS[dtype]!;
  return bits === 64 ? 2n ** 64n - 1n : 2 ** bits - 1;
}

const mod: OpEmitter = {
  rounds: true,
  emit: (e, _, [x, y]) => {
    // By zero it is 0: the divisor that stands in for it is 1.
    if (isInteger(x!.dtype)) return integerDivision(e, x!, y!).remainder;
    // C's fmod has the sign of x: add y where the signs differ.
    const rest = binary(e, "Mod", x!, y!, { fmod: 1 });
    const zero = literal(e, 0, rest);
    const differs = binary(e, "Xor", compare(e, "Less", rest, zero), compare(e, "Less", y!, zero));
    const adjust = binary(e, "And", differs, unary(e, "Not", compare(e, "Equal", rest, zero)));
    return where(e, adjust, binary(e, "Add", rest, y!), rest);
  },
};

/** The unsigned type of the same width, and a type with a shift kernel that holds it. */
const UNSIGNED: Partial<Record<DType, DType>> = { int8: "uint8", int16: "uint16", int32: "uint32", int64: "uint64" };
const SHIFTABLE: Partial<Record<DType, DType>> = {
  uint8: "uint8",
  uint16: "uint32",
  uint32: "uint32",
  uint64: "uint64",
};

/** x shifted by y as unsigned bits; a distance outside [0, bits) gives 0. */
function shiftBits(e: Emitter, x: Val, y: Val, direction: "LEFT" | "RIGHT"): Val {
  const unsigned = UNSIGNED[x.dtype] ?? x.dtype;
  const type = SHIFTABLE[unsigned]!;
  const bits = BITS[x.dtype]!;
  const toBits = (v: Val): Val => cast(e, cast(e, v, unsigned), type);
  const known = typeof y.fill === "number" ? y.fill : undefined;
  const back = (v: Val): Val => cast(e, cast(e, v, unsigned), x.dtype);
  if (known !== undefined && known >= 0 && known < bits)
    return back(binary(e, "BitShift", toBits(x), toBits(y), { direction }));
  const inside = binary(
    e,
    "And",
    compare(e, "GreaterOrEqual", y, literal(e, 0, y)),
    compare(e, "Less", y, literal(e, bits, y)),
  );
  const distance = where(e, inside, y, literal(e, 0, y));
  const shifted = back(binary(e, "BitShift", toBits(x), toBits(distance), { direction }));
  return where(e, inside, shifted, literal(e, 0, x));
}

/** Arithmetic shift of signed integers: negative numbers are complemented, so that zeros come in, and complemented back. */
function shiftRight(e: Emitter, x: Val, y: Val): Val {
  if (isUnsigned(x.dtype)) return shiftBits(e, x, y, "RIGHT");
  const sign = where(e, compare(e, "Less", x, literal(e, 0, x)), literal(e, -1, x), literal(e, 0, x));
  return binary(e, "BitwiseXor", shiftBits(e, binary(e, "BitwiseXor", x, sign), y, "RIGHT"), sign);
}

const trunc = (e: Emitter, x: Val): Val =>
  where(e, compare(e, "Less", x, literal(e, 0, x)), unary(e, "Ceil", x), unary(e, "Floor", x));

const always =
  (value: boolean): ((e: Emitter, x: Val) => Val) =>
  (e, x) =>
    compare(e, value ? "Equal" : "Less", literal(e, 0, x), binary(e, "Sub", x, x));

export const elementwise: EmitterTable = {
  negative: {
    emit: (e, _, [x]) => (isUnsigned(x!.dtype) ? binary(e, "Sub", literal(e, 0, x!), x!) : unary(e, "Neg", x!)),
  },
  absolute: { emit: (e, _, [x]) => unary(e, "Abs", x!) },
  sign: { emit: (e, _, [x]) => sign(e, x!) },
  floor: exactFloat("Floor"),
  ceil: exactFloat("Ceil"),
  round: exactFloat("Round"),
  trunc: { emit: (e, _, [x]) => (isFloat(x!.dtype) ? trunc(e, x!) : x!) },
  exp: float("Exp"),
  expm1: composed(expm1),
  log: float("Log"),
  log1p: composed(log1p),
  sqrt: float("Sqrt"),
  rsqrt: { rounds: true, emit: (e, _, [x]) => unary(e, "Reciprocal", unary(e, "Sqrt", x!)) },
  sin: float("Sin"),
  cos: float("Cos"),
  tan: float("Tan"),
  arcsin: float("Asin"),
  arccos: float("Acos"),
  arctan: float("Atan"),
  sinh: float("Sinh"),
  cosh: float("Cosh"),
  tanh: float("Tanh"),
  arcsinh: float("Asinh"),
  arccosh: float("Acosh"),
  arctanh: float("Atanh"),
  sigmoid: float("Sigmoid"),
  erf: float("Erf"),
  erfinv: composed(erfinv),
  isfinite: {
    emit: (e, _, [x]) =>
      isFloat(x!.dtype)
        ? unary(e, "Not", binary(e, "Or", test(e, "IsNaN", x!), test(e, "IsInf", x!)))
        : always(true)(e, x!),
  },
  isnan: { emit: (e, _, [x]) => (isFloat(x!.dtype) ? test(e, "IsNaN", x!) : always(false)(e, x!)) },
  logical_not: { emit: (e, _, [x]) => unary(e, "Not", x!) },
  bitwise_not: { emit: (e, _, [x]) => unary(e, x!.dtype === "bool" ? "Not" : "BitwiseNot", x!) },
  identity: { emit: (_, __, [x]) => x! },

  add: arithmetic("Add", "Or"),
  subtract: arithmetic("Sub"),
  multiply: arithmetic("Mul", "And"),
  divide: arithmetic("Div"),
  floor_divide: floorDivide,
  mod,
  power: {
    rounds: true,
    emit: (e, _, [x, y]) => (isFloat(x!.dtype) ? binary(e, "Pow", x!, y!) : integerPower(e, x!, y!)),
  },
  maximum: extreme("Max", "Or"),
  minimum: extreme("Min", "And"),
  arctan2: { rounds: true, supports: ([x]) => single(x!.dtype), emit: (e, _, [y, x]) => atan2(e, y!, x!) },
  nextafter: {
    supports: ([x], _, { opset }) => x!.dtype === "float32" && opset >= 26,
    emit: (e, _, [x, y]) => nextAfter(e, x!, y!),
  },
  equal: comparison("Equal"),
  not_equal: { emit: (e, _, [x, y]) => unary(e, "Not", compare(e, "Equal", x!, y!)) },
  less: comparison("Less"),
  less_equal: comparison("LessOrEqual"),
  greater: comparison("Greater"),
  greater_equal: comparison("GreaterOrEqual"),
  logical_and: logical("And"),
  logical_or: logical("Or"),
  logical_xor: logical("Xor"),
  bitwise_and: bitwise("BitwiseAnd", "And"),
  bitwise_or: bitwise("BitwiseOr", "Or"),
  bitwise_xor: bitwise("BitwiseXor", "Xor"),
  left_shift: { emit: (e, _, [x, y]) => shiftBits(e, x!, y!, "LEFT") },
  right_shift: { emit: (e, _, [x, y]) => shiftRight(e, x!, y!) },
  where: { emit: (e, _, [c, x, y]) => where(e, c!, x!, y!) },
};

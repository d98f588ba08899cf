import { isFloat, isUnsigned, type GraphNode } from "@keras/ops";
import { binary, cast, compare, like, select, unary } from "../emit/ops.ts";
import type { Data, Val } from "../emit/ir.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { EmitterTable, OpEmitter } from "../emit/table.ts";

const floats: NonNullable<OpEmitter["supports"]> = ([x]) => isFloat(x!.dtype);
const one = (type: string, data: Data = {}, version = "opset1"): OpEmitter => ({
  supports: floats,
  emit: (e, _, [x]) => unary(e, type, x!, data, version),
});
const two = (type: string, logic?: string, data: Data = {}): OpEmitter => ({
  supports: ([x]) => x!.dtype !== "bool" || logic !== undefined,
  emit: (e, _, [x, y]) => (x!.dtype === "bool" ? binary(e, logic!, x!, y!) : binary(e, type, x!, y!, data)),
});
const check = (type: string): OpEmitter => ({ emit: (e, _, [x, y]) => compare(e, type, x!, y!) });
/** Comparisons order numbers: bool goes as integers. */
const order = (type: string): OpEmitter => ({
  emit: (e, _, [x, y]) =>
    x!.dtype === "bool" ? compare(e, type, cast(e, x!, "uint8"), cast(e, y!, "uint8")) : compare(e, type, x!, y!),
});
const composed = (emit: (e: Emitter, x: Val) => Val): OpEmitter => ({
  supports: floats,
  emit: (e, _, [x]) => emit(e, x!),
});
const exact = (type: string, data: Data = {}, version = "opset1"): OpEmitter => ({
  emit: (e, _, [x]) => (isFloat(x!.dtype) ? unary(e, type, x!, data, version) : x!),
});
const test = (type: string): OpEmitter => ({
  supports: floats,
  emit: (e, _, [x]) => e.op(type, [x!], { dtype: "bool", shape: x!.shape }, {}, "opset10"),
});
const bits = (type: string, logic: string): OpEmitter => ({
  emit: (e, _, [x, y]) => (x!.dtype === "bool" ? binary(e, logic, x!, y!) : binary(e, type, x!, y!, {}, "opset13")),
});
/** OpenVINO shifts in its own type; a distance outside the width gives nothing. */
const shift = (type: string): OpEmitter => ({ emit: (e, _, [x, y]) => binary(e, type, x!, y!, {}, "opset15") });

/** exp(x) - 1 near 0 by tanh: 2 t / (1 - t) with t = tanh(x / 2), without cancellation. */
function expm1(e: Emitter, x: Val): Val {
  const t = unary(e, "Tanh", binary(e, "Multiply", x, like(e, 0.5, x)));
  const near = binary(e, "Divide", binary(e, "Add", t, t), binary(e, "Subtract", like(e, 1, x), t), PYTHON);
  const far = binary(e, "Subtract", unary(e, "Exp", x), like(e, 1, x));
  return select(e, compare(e, "Less", unary(e, "Abs", x), like(e, 0.5, x)), near, far);
}

/** log(1 + x) near 0 as 2 artanh(x / (2 + x)). */
function log1p(e: Emitter, x: Val): Val {
  const ratio = binary(e, "Divide", x, binary(e, "Add", like(e, 2, x), x), PYTHON);
  const near = binary(e, "Multiply", like(e, 2, x), unary(e, "Atanh", ratio, {}, "opset4"));
  const far = unary(e, "Log", binary(e, "Add", like(e, 1, x), x));
  return select(e, compare(e, "Less", unary(e, "Abs", x), like(e, 0.25, x)), near, far);
}

/** Angle of the point (x, y). */
function atan2(e: Emitter, y: Val, x: Val): Val {
  const zero = like(e, 0, x);
  const angle = unary(
    e,
    "Atan",
    binary(e, "Divide", y, select(e, compare(e, "Equal", x, zero), like(e, 1, x), x), PYTHON),
  );
  const half = select(e, compare(e, "Less", y, zero), like(e, -Math.PI, x), like(e, Math.PI, x));
  const turned = select(e, compare(e, "Less", x, zero), binary(e, "Add", angle, half), angle);
  const upright = binary(e, "Multiply", like(e, Math.PI / 2, x), unary(e, "Sign", y));
  return select(e, compare(e, "Equal", x, zero), upright, turned);
}

const PYTHON: Data = { m_pythondiv: true };

function convert(e: Emitter, node: GraphNode, x: Val): Val {
  const { dtype } = node.outputs[0]!;
  if (dtype === "bool" && x.dtype !== "bool") return compare(e, "NotEqual", x, like(e, 0, x));
  // Through a signed integer: negative floats wrap in no defined way.
  if (isFloat(x.dtype) && isUnsigned(dtype))
    return cast(e, cast(e, binary(e, "Maximum", x, like(e, 0, x)), "int64"), dtype);
  return cast(e, x, dtype);
}

export const elementwise: EmitterTable = {
  negative: { supports: ([x]) => !isUnsigned(x!.dtype), emit: (e, _, [x]) => unary(e, "Negative", x!) },
  absolute: { emit: (e, _, [x]) => (isUnsigned(x!.dtype) ? x! : unary(e, "Abs", x!)) },
  sign: { emit: (e, _, [x]) => unary(e, "Sign", x!) },
  floor: exact("Floor"),
  ceil: exact("Ceiling"),
  round: exact("Round", { mode: "half_to_even" }, "opset5"),
  trunc: {
    emit: (e, _, [x]) =>
      isFloat(x!.dtype)
        ? select(e, compare(e, "Less", x!, like(e, 0, x!)), unary(e, "Ceiling", x!), unary(e, "Floor", x!))
        : x!,
  },
  exp: one("Exp"),
  expm1: composed(expm1),
  log: one("Log"),
  log1p: composed(log1p),
  sqrt: one("Sqrt"),
  rsqrt: composed((e, x) => binary(e, "Divide", like(e, 1, x), unary(e, "Sqrt", x), PYTHON)),
  sin: one("Sin"),
  cos: one("Cos"),
  tan: one("Tan"),
  arcsin: one("Asin"),
  arccos: one("Acos"),
  arctan: one("Atan"),
  sinh: one("Sinh"),
  cosh: one("Cosh"),
  tanh: one("Tanh"),
  arcsinh: one("Asinh", {}, "opset4"),
  arccosh: one("Acosh", {}, "opset4"),
  arctanh: one("Atanh", {}, "opset4"),
  sigmoid: one("Sigmoid"),
  erf: one("Erf"),
  isfinite: test("IsFinite"),
  isnan: test("IsNaN"),
  logical_not: { emit: (e, _, [x]) => unary(e, "LogicalNot", x!) },
  bitwise_not: {
    emit: (e, _, [x]) => (x!.dtype === "bool" ? unary(e, "LogicalNot", x!) : unary(e, "BitwiseNot", x!, {}, "opset13")),
  },
  identity: { emit: (_, __, [x]) => x! },
  cast: { emit: (e, node, [x]) => convert(e, node, x!) },

  add: two("Add", "LogicalOr"),
  subtract: two("Subtract"),
  multiply: two("Multiply", "LogicalAnd"),
  divide: two("Divide", undefined, PYTHON),
  floor_divide: {
    emit: (e, _, [x, y]) => {
      if (isFloat(x!.dtype)) return unary(e, "Floor", binary(e, "Divide", x!, y!, PYTHON));
      // The CPU plugin divides integers toward zero: the remainder is taken off first.
      return binary(e, "Divide", binary(e, "Subtract", x!, binary(e, "FloorMod", x!, y!)), y!, PYTHON);
    },
  },
  mod: two("FloorMod"),
  power: two("Power"),
  maximum: two("Maximum", "LogicalOr"),
  minimum: two("Minimum", "LogicalAnd"),
  arctan2: { supports: floats, emit: (e, _, [y, x]) => atan2(e, y!, x!) },
  equal: check("Equal"),
  not_equal: check("NotEqual"),
  less: order("Less"),
  less_equal: order("LessEqual"),
  greater: order("Greater"),
  greater_equal: order("GreaterEqual"),
  logical_and: two("", "LogicalAnd"),
  logical_or: two("", "LogicalOr"),
  logical_xor: two("", "LogicalXor"),
  bitwise_and: bits("BitwiseAnd", "LogicalAnd"),
  bitwise_or: bits("BitwiseOr", "LogicalOr"),
  bitwise_xor: bits("BitwiseXor", "LogicalXor"),
  left_shift: shift("BitwiseLeftShift"),
  right_shift: shift("BitwiseRightShift"),
  where: { emit: (e, _, [c, x, y]) => select(e, c!, x!, y!) },
};

import { dim, isFloat, isUnsigned, type GraphNode } from "@keras/ops";
import { storageOf, type Emitter, type Val } from "../emit/emitter.ts";
import { binary, cast, compare, like, select, unary } from "../emit/ops.ts";
import type { OperatorName } from "../emit/schema.ts";
import type { EmitterTable, OpEmitter } from "../emit/table.ts";

const floats: NonNullable<OpEmitter["supports"]> = ([x]) => isFloat(x!.dtype);
const one = (name: OperatorName): OpEmitter => ({ supports: floats, emit: (e, _, [x]) => unary(e, name, x!) });
const composed = (emit: (e: Emitter, x: Val) => Val): OpEmitter => ({
  supports: floats,
  emit: (e, _, [x]) => emit(e, x!),
});
const two = (name: OperatorName, logic?: OperatorName): OpEmitter => ({
  supports: ([x]) =>
    x!.dtype === "bool" ? logic !== undefined : isFloat(x!.dtype) || x!.dtype === "int32" || x!.dtype === "int64",
  emit: (e, _, [x, y]) => binary(e, x!.dtype === "bool" ? logic! : name, x!, y!),
});
const check = (name: OperatorName): OpEmitter => ({ emit: (e, _, [x, y]) => compare(e, name, x!, y!) });
/** Comparisons order numbers: bool goes as integers. */
const order = (name: OperatorName): OpEmitter => ({
  emit: (e, _, [x, y]) =>
    x!.dtype === "bool" ? compare(e, name, cast(e, x!, "int32"), cast(e, y!, "int32")) : compare(e, name, x!, y!),
});
const exact = (name: OperatorName): OpEmitter => ({
  emit: (e, _, [x]) => (isFloat(x!.dtype) ? unary(e, name, x!) : x!),
});
const logical = (name: OperatorName): OpEmitter => ({ emit: (e, _, [x, y]) => binary(e, name, x!, y!) });

const add = (e: Emitter, a: Val, b: Val): Val => binary(e, "ADD", a, b);
const sub = (e: Emitter, a: Val, b: Val): Val => binary(e, "SUB", a, b);
const mul = (e: Emitter, a: Val, b: Val): Val => binary(e, "MUL", a, b);
const div = (e: Emitter, a: Val, b: Val): Val => binary(e, "DIV", a, b);

/** exp(x) - 1 near 0 by tanh: 2 t / (1 - t) with t = tanh(x / 2), without cancellation. */
function expm1(e: Emitter, x: Val): Val {
  const t = unary(e, "TANH", mul(e, x, like(e, 0.5, x)));
  const near = div(e, add(e, t, t), sub(e, like(e, 1, x), t));
  const far = sub(e, unary(e, "EXP", x), like(e, 1, x));
  return select(e, compare(e, "LESS", unary(e, "ABS", x), like(e, 0.5, x)), near, far);
}

/** log(1 + x) = log(u) · x / (u - 1) with u = 1 + x rounded: the error of u cancels (W. Kahan). */
function log1p(e: Emitter, x: Val): Val {
  const one_ = like(e, 1, x);
  const u = add(e, x, one_);
  const d = sub(e, u, one_);
  const tiny = compare(e, "EQUAL", d, like(e, 0, x));
  const corrected = mul(e, unary(e, "LOG", u), div(e, x, select(e, tiny, one_, d)));
  const small = compare(e, "LESS", unary(e, "ABS", x), like(e, 0.5, x));
  return select(e, tiny, x, select(e, small, corrected, unary(e, "LOG", u)));
}

/** Coefficients of W. J. Cody's and M. Abramowitz's formula 7.1.26, highest degree first. */
const ERF = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];

/** The error function, to 1.5e-7 (Abramowitz and Stegun, 7.1.26). */
function erf(e: Emitter, x: Val): Val {
  const size = unary(e, "ABS", x);
  const t = div(e, like(e, 1, x), add(e, like(e, 1, x), mul(e, size, like(e, 0.3275911, x))));
  const polynomial = ERF.slice(1).reduce((p, c) => add(e, mul(e, p, t), like(e, c, x)), like(e, ERF[0]!, x));
  const tail = mul(e, mul(e, polynomial, t), unary(e, "EXP", unary(e, "NEG", mul(e, x, x))));
  return mul(e, unary(e, "SIGN", x), sub(e, like(e, 1, x), tail));
}

const halfSum = (e: Emitter, x: Val, sign: "ADD" | "SUB"): Val => {
  const [up, down] = [unary(e, "EXP", x), unary(e, "EXP", unary(e, "NEG", x))];
  return mul(e, binary(e, sign, up, down), like(e, 0.5, x));
};
const atan2 = (e: Emitter, y: Val, x: Val): Val => e.op("ATAN2", [y, x], { dtype: y.dtype, shape: y.shape });
/** ATAN2 does not broadcast. */
const ones = (e: Emitter, x: Val): Val => add(e, mul(e, x, like(e, 0, x)), like(e, 1, x));
/** sqrt(1 - x²). */
const leg = (e: Emitter, x: Val): Val => unary(e, "SQRT", sub(e, like(e, 1, x), mul(e, x, x)));

function arcsinh(e: Emitter, x: Val): Val {
  const size = unary(e, "ABS", x);
  const grown = unary(e, "LOG", add(e, size, unary(e, "SQRT", add(e, mul(e, x, x), like(e, 1, x)))));
  return mul(e, unary(e, "SIGN", x), grown);
}

function convert(e: Emitter, node: GraphNode, x: Val): Val {
  const { dtype } = node.outputs[0]!;
  const to = storageOf(dtype)!;
  if (to === "bool" && x.dtype !== "bool") return compare(e, "NOT_EQUAL", x, like(e, 0, x));
  if (isFloat(x.dtype) && isUnsigned(to)) return cast(e, cast(e, binary(e, "MAXIMUM", x, like(e, 0, x)), "int32"), to);
  return cast(e, x, to);
}

/** The sign bit of the quotient, as TensorFlow Lite's FLOOR_DIV wants it: for floats, the floor of the quotient. */
const floorDivide: OpEmitter = {
  emit: (e, _, [x, y]) => (isFloat(x!.dtype) ? unary(e, "FLOOR", div(e, x!, y!)) : binary(e, "FLOOR_DIV", x!, y!)),
};

export const elementwise: EmitterTable = {
  negative: { supports: ([x]) => !isUnsigned(x!.dtype), emit: (e, _, [x]) => unary(e, "NEG", x!) },
  absolute: { emit: (e, _, [x]) => (isUnsigned(x!.dtype) ? x! : unary(e, "ABS", x!)) },
  sign: { supports: ([x]) => isFloat(x!.dtype) || x!.dtype === "int32", emit: (e, _, [x]) => unary(e, "SIGN", x!) },
  floor: exact("FLOOR"),
  ceil: exact("CEIL"),
  round: exact("ROUND"),
  trunc: {
    emit: (e, _, [x]) =>
      isFloat(x!.dtype)
        ? select(e, compare(e, "LESS", x!, like(e, 0, x!)), unary(e, "CEIL", x!), unary(e, "FLOOR", x!))
        : x!,
  },
  exp: one("EXP"),
  expm1: composed(expm1),
  log: one("LOG"),
  log1p: composed(log1p),
  sqrt: one("SQRT"),
  rsqrt: one("RSQRT"),
  sin: one("SIN"),
  cos: one("COS"),
  tan: composed((e, x) => div(e, unary(e, "SIN", x), unary(e, "COS", x))),
  arcsin: composed((e, x) => atan2(e, x, leg(e, x))),
  arccos: composed((e, x) => atan2(e, leg(e, x), x)),
  arctan: composed((e, x) => atan2(e, x, ones(e, x))),
  sinh: composed((e, x) => halfSum(e, x, "SUB")),
  cosh: composed((e, x) => halfSum(e, x, "ADD")),
  tanh: one("TANH"),
  arcsinh: composed(arcsinh),
  arccosh: composed((e, x) => unary(e, "LOG", add(e, x, unary(e, "SQRT", sub(e, mul(e, x, x), like(e, 1, x)))))),
  arctanh: composed((e, x) => mul(e, sub(e, log1p(e, x), log1p(e, unary(e, "NEG", x))), like(e, 0.5, x))),
  sigmoid: one("LOGISTIC"),
  erf: composed(erf),
  isfinite: {
    supports: floats,
    emit: (e, _, [x]) => compare(e, "LESS", unary(e, "ABS", x!), like(e, Number.POSITIVE_INFINITY, x!)),
  },
  isnan: { supports: floats, emit: (e, _, [x]) => compare(e, "NOT_EQUAL", x!, x!) },
  logical_not: { emit: (e, _, [x]) => unary(e, "LOGICAL_NOT", x!) },
  bitwise_not: { supports: ([x]) => x!.dtype === "bool", emit: (e, _, [x]) => unary(e, "LOGICAL_NOT", x!) },
  identity: { emit: (_, __, [x]) => x! },
  cast: { emit: (e, node, [x]) => convert(e, node, x!) },

  add: two("ADD", "LOGICAL_OR"),
  subtract: two("SUB"),
  multiply: two("MUL", "LOGICAL_AND"),
  divide: { supports: floats, emit: (e, _, [x, y]) => div(e, x!, y!) },
  floor_divide: floorDivide,
  mod: two("FLOOR_MOD"),
  power: {
    supports: ([x]) => isFloat(x!.dtype) || x!.dtype === "int32",
    emit: (e, _, [x, y]) => binary(e, "POW", x!, y!),
  },
  maximum: two("MAXIMUM", "LOGICAL_OR"),
  minimum: two("MINIMUM", "LOGICAL_AND"),
  arctan2: {
    supports: (specs) =>
      isFloat(specs[0]!.dtype) &&
      specs[0]!.shape.length === specs[1]!.shape.length &&
      specs[0]!.shape.every((d, i) => dim.equal(d, specs[1]!.shape[i]!)),
    emit: (e, _, [y, x]) => atan2(e, y!, x!),
  },
  equal: check("EQUAL"),
  not_equal: check("NOT_EQUAL"),
  less: order("LESS"),
  less_equal: order("LESS_EQUAL"),
  greater: order("GREATER"),
  greater_equal: order("GREATER_EQUAL"),
  logical_and: logical("LOGICAL_AND"),
  logical_or: logical("LOGICAL_OR"),
  logical_xor: check("NOT_EQUAL"),
  bitwise_and: { supports: ([x]) => x!.dtype === "bool", ...logical("LOGICAL_AND") },
  bitwise_or: { supports: ([x]) => x!.dtype === "bool", ...logical("LOGICAL_OR") },
  where: { emit: (e, _, [c, x, y]) => select(e, c!, x!, y!) },
};

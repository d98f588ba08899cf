import type { DType } from "@keras/ops";
import { laneOf, onDevice } from "../lanes.ts";
import { literal } from "../wgsl/emitter.ts";
import {
  element,
  integerRange,
  kindOf,
  operand,
  result,
  settle,
  type EmitRule,
  type EmitTable,
  type Kind,
} from "./emit.ts";

type Unary = Partial<Record<Kind, (x: string) => string>>;
type Binary = Partial<Record<Kind, (x: string, y: string) => string>>;

const call = (name: string) => (x: string) => `${name}(${x})`;
const call2 = (name: string) => (x: string, y: string) => `${name}(${x}, ${y})`;
const infix = (operator: string) => (x: string, y: string) => `(${x} ${operator} ${y})`;
const truth = (operator: string) => (x: string, y: string) => `select(0u, 1u, ${x} ${operator} ${y})`;
const float = (name: string): Unary => ({ float: call(name) });
const same = (f: (x: string) => string): Unary => ({ float: f, int: f, uint: f, bool: f });
const all = (f: (x: string, y: string) => string): Binary => ({ float: f, int: f, uint: f, bool: f });
const integers = (f: (x: string, y: string) => string): Binary => ({ int: f, uint: f, bool: f });

const UNARY: Readonly<Record<string, Unary>> = {
  negative: { float: (x) => `(-${x})`, int: (x) => `(-${x})`, uint: (x) => `(0u - ${x})` },
  absolute: { float: call("abs"), int: call("abs"), uint: (x) => x },
  sign: { float: call("sign_k"), int: call("sign"), uint: (x) => `min(${x}, 1u)` },
  floor: float("floor"),
  ceil: float("ceil"),
  round: float("round"),
  trunc: float("trunc"),
  exp: float("exp_k"),
  expm1: float("expm1_k"),
  log: float("log_k"),
  log1p: float("log1p_k"),
  sqrt: float("sqrt_k"),
  rsqrt: float("rsqrt_k"),
  sin: float("sin_k"),
  cos: float("cos_k"),
  tan: float("tan_k"),
  arcsin: float("asin_k"),
  arccos: float("acos_k"),
  arctan: float("atan_k"),
  sinh: float("sinh_k"),
  cosh: float("cosh_k"),
  tanh: float("tanh_k"),
  arcsinh: float("asinh_k"),
  arccosh: float("acosh_k"),
  arctanh: float("atanh_k"),
  sigmoid: float("sigmoid_k"),
  erf: float("erf_k"),
  erfinv: float("erfinv_k"),
  isfinite: { float: (x) => `select(0u, 1u, is_finite(${x}))` },
  isnan: { float: (x) => `select(0u, 1u, is_nan(${x}))` },
  logical_not: { bool: (x) => `(1u - ${x})` },
  bitwise_not: { int: (x) => `(~${x})`, uint: (x) => `(~${x})`, bool: (x) => `(1u - ${x})` },
  identity: same((x) => x),
};

const shiftLeft = (amount: string, x: string, y: string): string =>
  `select(${amount}, ${x} << (u32(${y}) & 31u), u32(${y}) < 32u)`;

const BINARY: Readonly<Record<string, Binary>> = {
  add: { float: infix("+"), int: infix("+"), uint: infix("+"), bool: infix("|") },
  subtract: { float: infix("-"), int: infix("-"), uint: infix("-") },
  multiply: { float: infix("*"), int: infix("*"), uint: infix("*"), bool: infix("&") },
  divide: { float: infix("/") },
  floor_divide: { float: call2("fdiv_k"), int: call2("idiv_k"), uint: call2("udiv_k") },
  mod: { float: call2("fmod_k"), int: call2("imod_k"), uint: call2("umod_k") },
  power: { float: call2("fpow_k"), int: call2("ipow_k"), uint: call2("upow_k") },
  maximum: { float: call2("fmax_k"), int: call2("max"), uint: call2("max"), bool: infix("|") },
  minimum: { float: call2("fmin_k"), int: call2("min"), uint: call2("min"), bool: infix("&") },
  arctan2: { float: call2("atan2_k") },
  nextafter: { float: call2("next_k") },
  equal: { ...all(truth("==")), float: (x, y) => `select(0u, 1u, feq(${x}, ${y}))` },
  not_equal: { ...all(truth("!=")), float: (x, y) => `select(1u, 0u, feq(${x}, ${y}))` },
  less: all(truth("<")),
  less_equal: all(truth("<=")),
  greater: all(truth(">")),
  greater_equal: all(truth(">=")),
  logical_and: { bool: infix("&") },
  logical_or: { bool: infix("|") },
  logical_xor: { bool: infix("^") },
  bitwise_and: integers(infix("&")),
  bitwise_or: integers(infix("|")),
  bitwise_xor: integers(infix("^")),
  left_shift: { int: (x, y) => shiftLeft("0i", x, y), uint: (x, y) => shiftLeft("0u", x, y) },
  right_shift: {
    int: (x, y) => `(${x} >> min(u32(${y}), 31u))`,
    uint: (x, y) => `select(0u, ${x} >> (${y} & 31u), ${y} < 32u)`,
  },
};

function unary(_name: string, forms: Unary): EmitRule {
  return {
    cost: "element",
    supports: ([x]) => forms[kindOf(x!.dtype)] !== undefined,
    emit: (e, node, place) => {
      const form = forms[kindOf(operand(node, 0).dtype)]!;
      return settle(form(element(e, node, 0, place)), result(node).dtype);
    },
  };
}

function binary(name: string, forms: Binary): EmitRule {
  return {
    cost: "element",
    // Neighbours of small floats are not those of float32.
    supports: ([x]) => forms[kindOf(x!.dtype)] !== undefined && (name !== "nextafter" || x!.dtype === "float32"),
    emit: (e, node, place) => {
      const form = forms[kindOf(operand(node, 0).dtype)]!;
      return settle(form(element(e, node, 0, place), element(e, node, 1, place)), result(node).dtype);
    },
  };
}

/** One dtype to another, as `cast` says. */
function converted(x: string, from: DType, to: DType): string {
  const [source, target] = [kindOf(from), kindOf(to)];
  if (target === "bool") {
    if (source === "bool") return x;
    return source === "float" ? `select(1u, 0u, feq(${x}, 0f))` : `select(0u, 1u, ${x} != ${literal(0, laneOf(from))})`;
  }
  if (target === "float") return settle(source === "float" ? x : `f32(${x})`, to);
  if (source !== "float") return settle(laneOf(from) === laneOf(to) ? x : `bitcast<${laneOf(to)}>(${x})`, to);
  if (to === "int32") return `f2i(${x})`;
  if (to === "uint32") return `f2u(${x})`;
  const [low, high] = integerRange(to);
  const whole = `f2i(clamp(${x}, ${literal(low, "f32")}, ${literal(high, "f32")}))`;
  const safe = `select(${whole}, 0i, is_nan(${x}))`;
  return target === "int" ? safe : `bitcast<u32>(${safe})`;
}

const cast: EmitRule = {
  cost: "element",
  supports: (_, attrs) => onDevice(attrs["dtype"] as DType),
  emit: (e, node, place) => converted(e.let(element(e, node, 0, place)), operand(node, 0).dtype, result(node).dtype),
};

const WORDS: ReadonlySet<unknown> = new Set(["float32", "int32", "uint32"]);

const bitcast: EmitRule = {
  cost: "element",
  supports: ([x], attrs) => WORDS.has(x!.dtype) && WORDS.has(attrs["dtype"]),
  emit: (e, node, place) => `bitcast<${laneOf(result(node).dtype)}>(${element(e, node, 0, place)})`,
};

const where: EmitRule = {
  cost: "element",
  emit: (e, node, place) => {
    const [condition, yes, no] = [0, 1, 2].map((i) => element(e, node, i, place));
    return `select(${no!}, ${yes!}, ${condition!} != 0u)`;
  },
};

const randomBits: EmitRule = {
  cost: "element",
  emit: (e, node, place) => {
    const key = operand(node, 0);
    const [k0, k1] = ["0u", "1u"].map((i) => e.read(key, e.at(key.shape, i)));
    return `threefry(${k0!}, ${k1!}, ${place.linear()})`;
  },
};

const entries = <T>(table: Readonly<Record<string, T>>, rule: (name: string, forms: T) => EmitRule): EmitTable =>
  Object.fromEntries(Object.entries(table).map(([name, forms]) => [name, rule(name, forms)]));

/** Ops whose elements depend on one element of each operand. */
export const elementwiseRules: EmitTable = /* @__PURE__ */ (() => ({
  ...entries(UNARY, unary),
  ...entries(BINARY, binary),
  cast,
  bitcast,
  where,
  random_bits: randomBits,
}))();

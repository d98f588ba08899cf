import * as k from "@keras/ops";
import { dtypeOfElement } from "@keras/lowering-onnx";
import type { Call, Operator, OperatorTable } from "../call.ts";
import type { Value } from "../value.ts";

type T = k.Tensor;

const one =
  (fn: (x: T) => T): Operator =>
  (c) =>
    fn(c.tensor(0));
const two =
  (fn: (x: T, y: T) => T): Operator =>
  (c) =>
    fn(c.tensor(0), c.tensor(1));
/** Any number of operands. */
const many =
  (fn: (x: T, y: T) => T): Operator =>
  (c) =>
    c.tensors.reduce(fn);

/** ONNX divides integers toward zero. */
function divide(x: T, y: T): T {
  if (!k.isInteger(x.dtype)) return k.divide(x, y);
  if (k.isUnsigned(x.dtype)) return k.floorDivide(x, y);
  const whole = k.floorDivide(k.abs(x), k.abs(y));
  return k.cast(k.where(k.notEqual(k.less(x, 0), k.less(y, 0)), k.negative(whole), whole), x.dtype);
}

function mod(c: Call): T {
  const [x, y] = [c.tensor(0), c.tensor(1)];
  return c.int("fmod", 0) === 1 ? k.cast(k.fmod(x, y), x.dtype) : k.mod(x, y);
}

function power(x: T, y: T): T {
  if (x.dtype === y.dtype && !k.isInteger(x.dtype)) return k.power(x, y);
  // The result has the type of the base.
  const type = k.isInteger(x.dtype) ? (x.dtype === "int64" ? "float64" : "float32") : x.dtype;
  const exact = k.isInteger(x.dtype) && k.isInteger(y.dtype);
  if (exact) return k.power(x, k.cast(y, x.dtype));
  return k.cast(k.power(k.cast(x, type as k.DType), k.cast(y, type as k.DType)), x.dtype);
}

/** Values clipped to bounds that may be left out. */
function clip(c: Call): T {
  const x = c.tensor(0);
  const bound = (i: number, name: string): T | null =>
    c.has(name) ? k.cast(k.array(c.float(name, 0)), x.dtype) : c.maybe(i);
  const [low, high] = [bound(1, "min"), bound(2, "max")];
  const above = low ? k.maximum(x, low) : x;
  return high ? k.minimum(above, high) : above;
}

const NIBBLE: Readonly<Record<string, readonly [number, number]>> = { int4: [-8, 7], uint4: [0, 15] };
const LARGEST: Readonly<Record<string, number>> = { float8_e4m3fn: 448, float8_e5m2: 57344 };

/** Casts to small types keep to their range, unless a float is asked to overflow. */
function castTo(x: T, to: k.DType, saturate = true): T {
  if (x.dtype === to) return x;
  const range = NIBBLE[to] ?? (saturate && LARGEST[to] && k.isFloat(x.dtype) ? [-LARGEST[to], LARGEST[to]] : undefined);
  if (!range) return k.cast(x, to);
  const whole = NIBBLE[to] && k.isFloat(x.dtype) ? k.round(x) : x;
  return k.cast(k.where(k.isnan(x), x, k.clip(whole, range[0]!, range[1]!)), to);
}

const elementType = (code: number): k.DType => {
  const dtype = dtypeOfElement(code);
  if (!dtype || dtype === "string") throw new k.UnsupportedError(`there is no cast to the element type ${code}`);
  return dtype;
};

function shift(c: Call): T {
  const left = c.text("direction", "") === "LEFT";
  return (left ? k.leftShift : k.rightShift)(c.tensor(0), c.tensor(1));
}

const isInf = (c: Call): T => {
  const x = c.tensor(0);
  const [negative, positive] = [c.int("detect_negative", 1), c.int("detect_positive", 1)];
  if (negative && positive) return k.isinf(x);
  if (positive) return k.isposinf(x);
  return negative ? k.isneginf(x) : k.logicalAnd(k.isinf(x), k.isnan(x));
};

const compare = (fn: (x: T, y: T) => T): Operator => two(fn);

export const elementwise: OperatorTable = {
  Abs: one((x) => k.abs(x)), Neg: one((x) => k.negative(x)), Sign: one((x) => k.sign(x)),
  Floor: one((x) => k.floor(x)), Ceil: one((x) => k.ceil(x)), Round: one((x) => k.round(x)),
  Exp: one((x) => k.exp(x)), Log: one((x) => k.log(x)), Sqrt: one((x) => k.sqrt(x)), Reciprocal: one((x) => k.reciprocal(x)),
  Sin: one((x) => k.sin(x)), Cos: one((x) => k.cos(x)), Tan: one((x) => k.tan(x)),
  Asin: one((x) => k.arcsin(x)), Acos: one((x) => k.arccos(x)), Atan: one((x) => k.arctan(x)),
  Sinh: one((x) => k.sinh(x)), Cosh: one((x) => k.cosh(x)), Tanh: one((x) => k.tanh(x)),
  Asinh: one((x) => k.arcsinh(x)), Acosh: one((x) => k.arccosh(x)), Atanh: one((x) => k.arctanh(x)),
  Erf: one((x) => k.erf(x)), Not: one((x) => k.logicalNot(x)), IsNaN: one((x) => k.isnan(x)), IsInf: isInf,
  Identity: (c) => [c.inputs[0] as Value],
  BitwiseNot: one((x) => k.bitwiseNot(x)),
  Add: two((x, y) => k.add(x, y)), Sub: two((x, y) => k.subtract(x, y)), Mul: two((x, y) => k.multiply(x, y)),
  Div: two(divide), Pow: two(power), Mod: mod,
  Sum: many((x, y) => k.add(x, y)), Max: many((x, y) => k.maximum(x, y)), Min: many((x, y) => k.minimum(x, y)),
  Mean: (c) => k.divide(c.tensors.reduce((x, y) => k.add(x, y)), c.inputs.length),
  And: two((x, y) => k.logicalAnd(x, y)), Or: two((x, y) => k.logicalOr(x, y)), Xor: two((x, y) => k.logicalXor(x, y)),
  BitwiseAnd: two((x, y) => k.bitwiseAnd(x, y)), BitwiseOr: two((x, y) => k.bitwiseOr(x, y)), BitwiseXor: two((x, y) => k.bitwiseXor(x, y)),
  BitShift: shift,
  Equal: compare((x, y) => k.equal(x, y)), Less: compare((x, y) => k.less(x, y)), LessOrEqual: compare((x, y) => k.lessEqual(x, y)),
  Greater: compare((x, y) => k.greater(x, y)), GreaterOrEqual: compare((x, y) => k.greaterEqual(x, y)),
  Where: (c) => k.where(c.tensor(0), c.tensor(1), c.tensor(2)),
  Clip: clip,
  Cast: (c) => castTo(c.tensor(0), elementType(c.int("to", 0)), c.int("saturate", 1) === 1),
  CastLike: (c) => castTo(c.tensor(0), c.value(1).dtype, c.int("saturate", 1) === 1),
  BitCast: (c) => k.view(c.tensor(0), elementType(c.int("to", 0))),
}; // prettier-ignore

import type { StaticSpec } from "@keras/ops";
import type { Scope, TensorInfo } from "../device.ts";
import { isExact, isFloat32, type TfjsKernel, type TfjsKernelTable } from "./kernel.ts";

const unary = (kernel: string, supports: TfjsKernel["supports"] = isFloat32): TfjsKernel => ({
  needs: [kernel],
  supports,
  run: (scope, [x]) => scope.run(kernel, { x: x! }),
});

const binary = (kernel: string, supports: TfjsKernel["supports"] = isExact): TfjsKernel => ({
  needs: [kernel],
  supports,
  run: (scope, [a, b]) => scope.run(kernel, { a: a!, b: b! }),
});

const isBool = (inputs: readonly StaticSpec[]): boolean => inputs.every((x) => x.dtype === "bool");
const isExactOrBool: TfjsKernel["supports"] = (inputs, attrs, device) =>
  isBool(inputs) || isExact(inputs, attrs, device);

/** tfjs gives 0 for the sign of NaN. */
const sign: TfjsKernel = {
  needs: ["Sign", "IsNan", "Select"],
  supports: isFloat32,
  run: (scope, [x]) => scope.select(scope.run("IsNan", { x: x! }), x!, scope.run("Sign", { x: x! })),
};

const trunc: TfjsKernel = {
  needs: ["Floor", "Ceil", "Less", "Select", "Fill"],
  supports: isFloat32,
  run: (scope, [x]) => {
    const negative = scope.run("Less", { a: x!, b: scope.full(x!.shape, 0, "float32") });
    return scope.select(negative, scope.run("Ceil", { x: x! }), scope.run("Floor", { x: x! }));
  },
};

/** JavaScript gives NaN for 1 to the NaN and for -1 to the infinite, which are 1. */
const power: TfjsKernel = {
  needs: ["Pow", "Abs", "Equal", "IsInf", "LogicalAnd", "LogicalOr", "Select", "Fill", "Tile", "Reshape"],
  supports: isFloat32,
  run: (scope, inputs, { outputSpecs: [out] }) => {
    const [x, y] = inputs.map((operand) => scope.broadcast(operand, out!.shape)) as [TensorInfo, TensorInfo];
    const one = scope.full(out!.shape, 1, "float32");
    const unit = scope.run("Equal", { a: scope.run("Abs", { x }), b: one });
    const edge = scope.run("LogicalAnd", { a: unit, b: scope.run("IsInf", { x: y }) });
    const always = scope.run("LogicalOr", { a: scope.run("Equal", { a: x, b: one }), b: edge });
    return scope.select(always, one, scope.run("Pow", { a: x, b: y }));
  },
};

const where: TfjsKernel = {
  needs: ["Select", "Tile", "Reshape"],
  run: (scope, inputs, { outputSpecs: [out] }) => {
    const [condition, yes, no] = inputs.map((x) => scope.broadcast(x, out!.shape));
    return scope.select(condition!, yes!, no!);
  },
};

/** Rounds toward zero and saturates; tfjs wraps what is out of range. */
function toInt32(scope: Scope, x: TensorInfo): TensorInfo {
  const inside = scope.run("ClipByValue", { x }, { clipValueMin: -(2 ** 31), clipValueMax: 2 ** 31 - 128 });
  const over = scope.run("GreaterEqual", { a: x, b: scope.full(x.shape, 2 ** 31, "float32") });
  const nan = scope.run("IsNan", { x });
  const whole = scope.select(over, scope.full(x.shape, 2 ** 31 - 1, "int32"), scope.cast(inside, "int32"));
  return scope.select(nan, scope.full(x.shape, 0, "int32"), whole);
}

const cast: TfjsKernel = {
  needs: ["Cast", "ClipByValue", "GreaterEqual", "IsNan", "Select", "Fill", "NotEqual", "Identity"],
  supports: (inputs, { dtype }, device) =>
    (["float32", "int32", "bool"] as unknown[]).includes(dtype) && (device.exactIntegers || isFloat32(inputs)),
  run: (scope, [x], { attrs }) => {
    const dtype = attrs["dtype"] as "float32" | "int32" | "bool";
    if (x!.dtype === "float32" && dtype === "int32") return toInt32(scope, x!);
    if (dtype === "bool" && x!.dtype !== "bool")
      return scope.run("NotEqual", { a: x!, b: scope.full(x!.shape, 0, x!.dtype as "int32") });
    return x!.dtype === dtype ? scope.run("Identity", { x: x! }) : scope.cast(x!, dtype);
  },
};

/** Elementwise ops and casts. */
export const elementwiseKernels: TfjsKernelTable = /* @__PURE__ */ (() => ({
  negative: unary("Neg", isExact),
  absolute: unary("Abs"),
  floor: unary("Floor"),
  ceil: unary("Ceil"),
  round: unary("Round"),
  exp: unary("Exp"),
  expm1: unary("Expm1"),
  log: unary("Log"),
  log1p: unary("Log1p"),
  sqrt: unary("Sqrt"),
  rsqrt: unary("Rsqrt"),
  sin: unary("Sin"),
  cos: unary("Cos"),
  tan: unary("Tan"),
  arcsin: unary("Asin"),
  arccos: unary("Acos"),
  arctan: unary("Atan"),
  sinh: unary("Sinh"),
  cosh: unary("Cosh"),
  tanh: unary("Tanh"),
  arcsinh: unary("Asinh"),
  arccosh: unary("Acosh"),
  arctanh: unary("Atanh"),
  sigmoid: unary("Sigmoid"),
  erf: unary("Erf"),
  isnan: unary("IsNan"),
  isfinite: unary("IsFinite"),
  logical_not: unary("LogicalNot", isBool),
  identity: unary("Identity", () => true),
  sign,
  trunc,
  cast,
  where,
  add: binary("Add"),
  subtract: binary("Sub"),
  multiply: binary("Multiply", isFloat32),
  divide: binary("RealDiv", isFloat32),
  power,
  maximum: binary("Maximum"),
  minimum: binary("Minimum"),
  arctan2: binary("Atan2", isFloat32),
  equal: binary("Equal", isExactOrBool),
  not_equal: binary("NotEqual", isExactOrBool),
  less: binary("Less"),
  less_equal: binary("LessEqual"),
  greater: binary("Greater"),
  greater_equal: binary("GreaterEqual"),
  logical_and: binary("LogicalAnd", isBool),
  logical_or: binary("LogicalOr", isBool),
  logical_xor: binary("NotEqual", isBool),
}))();

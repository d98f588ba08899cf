import type { DType } from "@keras/ops";

/*
 * Which element types ONNX Runtime's CPU provider has kernels for (1.30, opset 26); a test of the backend creates
 * a session for each. The standard allows more. Values of other types are cast to one listed here and back.
 *
 * Left out although they exist, since they give wrong results there: Max, Min, Sign, ReduceMax and ReduceMin of int64 (the low words
 * are compared as signed), ReduceSum and ReduceProd of integers (computed in double precision, and saturated), Pow of integers (saturated),
 * MatMul of unsigned integers (fails on an empty sum).
 */
const BOOL = ["bool"] as const;
const INTS = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"] as const;
const FLOATS = ["float16", "float32", "float64"] as const;
const SMALL_FLOATS = ["float16", "float32"] as const;
const SUMS = ["int32", "int64", ...FLOATS] as const;
const NUMBERS = [...INTS, ...FLOATS] as const;
const ALL = [...BOOL, ...NUMBERS] as const;
const EXTREMA = ["int8", "uint8", "int32", "uint32", "uint64", ...FLOATS] as const;

const KERNELS: Readonly<Record<string, readonly DType[]>> = {
  Abs: NUMBERS,
  Acos: SMALL_FLOATS,
  Acosh: SMALL_FLOATS,
  Add: NUMBERS,
  And: BOOL,
  ArgMax: ["int8", "uint8", ...SUMS],
  ArgMin: ["int8", "uint8", ...SUMS],
  Asin: SMALL_FLOATS,
  Asinh: SMALL_FLOATS,
  Atan: SMALL_FLOATS,
  Atanh: SMALL_FLOATS,
  AveragePool: SMALL_FLOATS,
  BitShift: ["uint8", "uint32", "uint64"],
  BitwiseAnd: INTS,
  BitwiseNot: INTS,
  BitwiseOr: INTS,
  BitwiseXor: INTS,
  Ceil: FLOATS,
  Clip: EXTREMA,
  Concat: ALL,
  Conv: SMALL_FLOATS,
  ConvTranspose: SMALL_FLOATS,
  Cos: FLOATS,
  Cosh: SMALL_FLOATS,
  CumProd: ["int32", "uint32", "int64", "uint64", ...FLOATS],
  CumSum: SUMS,
  Div: NUMBERS,
  Elu: SMALL_FLOATS,
  Equal: ALL,
  Erf: SMALL_FLOATS,
  Exp: FLOATS,
  Expand: ALL,
  Floor: FLOATS,
  FusedMatMul: FLOATS,
  Gather: ALL,
  GatherElements: ALL,
  GatherND: ALL,
  Gelu: SMALL_FLOATS,
  Gemm: FLOATS,
  Greater: NUMBERS,
  GreaterOrEqual: NUMBERS,
  HardSigmoid: SMALL_FLOATS,
  HardSwish: SMALL_FLOATS,
  Identity: ALL,
  IsInf: FLOATS,
  IsNaN: FLOATS,
  LayerNormalization: FLOATS,
  LeakyRelu: SMALL_FLOATS,
  Less: NUMBERS,
  LessOrEqual: NUMBERS,
  Log: FLOATS,
  LogSoftmax: FLOATS,
  MatMul: ["int32", "int64", ...FLOATS],
  Max: EXTREMA,
  MaxPool: ["int8", "uint8", ...FLOATS],
  Min: EXTREMA,
  Mish: SMALL_FLOATS,
  Mod: NUMBERS,
  Mul: NUMBERS,
  Neg: ["int8", "int16", "int32", "int64", ...FLOATS],
  Not: BOOL,
  Or: BOOL,
  Pad: [...BOOL, "int8", "uint8", "int32", "uint32", "int64", "uint64", ...FLOATS],
  Pow: FLOATS,
  Reciprocal: FLOATS,
  ReduceL1: FLOATS,
  ReduceMax: [...BOOL, "int8", "uint8", "int32", ...FLOATS],
  ReduceMin: [...BOOL, "int8", "uint8", "int32", ...FLOATS],
  ReduceProd: FLOATS,
  ReduceSum: FLOATS,
  Relu: ["int8", "int32", ...FLOATS],
  Reshape: ALL,
  Round: FLOATS,
  ScatterND: ALL,
  Selu: SMALL_FLOATS,
  Sigmoid: FLOATS,
  Sign: ["int8", "uint8", "int16", "uint16", "int32", "uint32", "uint64", ...FLOATS],
  Sin: FLOATS,
  Sinh: SMALL_FLOATS,
  Slice: ALL,
  Softmax: FLOATS,
  Softplus: SMALL_FLOATS,
  Softsign: SMALL_FLOATS,
  Split: ALL,
  Sqrt: FLOATS,
  Sub: NUMBERS,
  Tan: SMALL_FLOATS,
  Tanh: FLOATS,
  Tile: ALL,
  TopK: ["int8", "uint8", "int16", "int32", "int64", ...FLOATS],
  Transpose: ALL,
  Where: ["uint8", "int32", "int64", ...FLOATS],
  Xor: BOOL,
};

/**
 * Operators whose result has the same low bits in any wider integer type, and in the other signedness: for these a type is replaced
 * by one of its own width.
 */
const MODULAR: ReadonlySet<string> = new Set([
  "Add",
  "Concat",
  "CumProd",
  "CumSum",
  "Equal",
  "Expand",
  "Gather",
  "MatMul",
  "Mul",
  "Neg",
  "Pad",
  "Sub",
  "Where",
]);

/** Types to compute in, nearest first, where there is no kernel. */
const WIDER: Partial<Record<DType, readonly DType[]>> = {
  bool: ["uint8", "int32"],
  int8: ["int32", "int64"],
  uint8: ["int32", "int64"],
  int16: ["int32", "int64"],
  uint16: ["int32", "int64"],
  uint32: ["int64"],
  float16: ["float32"],
  bfloat16: ["float32"],
};

const SAME_WIDTH: Partial<Record<DType, readonly DType[]>> = { int8: ["uint8"], uint32: ["int32"], uint64: ["int64"] };

/** The type in which an operator computes values of `dtype`, or null where it cannot. */
export function kernelDType(op: string, dtype: DType): DType | null {
  const kernels = KERNELS[op];
  if (!kernels) return null;
  if (kernels.includes(dtype)) return dtype;
  const candidates = [...(MODULAR.has(op) ? (SAME_WIDTH[dtype] ?? []) : []), ...(WIDER[dtype] ?? [])];
  return candidates.find((d) => kernels.includes(d)) ?? null;
}

/** The operators above. */
export function kernelOps(): readonly string[] {
  return Object.keys(KERNELS);
}

/** The types with kernels for an operator. */
export function kernelDTypes(op: string): readonly DType[] {
  return KERNELS[op] ?? [];
}

/** Whether values of a type are computed in single precision: float32 itself and the half types. */
export function isSingle(dtype: DType): boolean {
  return dtype === "float32" || dtype === "float16" || dtype === "bfloat16";
}

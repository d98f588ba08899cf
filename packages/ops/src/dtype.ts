import { DTypeError } from "./errors.ts";
import { runtime } from "./runtime.ts";

/** Every element type of Keras. */
export type DType =
  | "bool"
  | "int4"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint4"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "float8_e4m3fn"
  | "float8_e5m2"
  | "float16"
  | "bfloat16"
  | "float32"
  | "float64"
  | "complex64"
  | "complex128"
  | "string";

/** Kind of a Python scalar: it takes part in promotion but never widens a tensor of its own kind. */
export type WeakType = "py:bool" | "py:int" | "py:float" | "py:complex";

export type FloatDType = Extract<DType, `float${string}` | "bfloat16">;

interface DTypeInfo {
  readonly kind: "bool" | "int" | "uint" | "float" | "complex" | "string";
  /** Bytes of one element; 4-bit types take one byte each on the host. */
  readonly bytes: number;
}

const INFO: Readonly<Record<DType, DTypeInfo>> = {
  bool: { kind: "bool", bytes: 1 },
  int4: { kind: "int", bytes: 1 },
  int8: { kind: "int", bytes: 1 },
  int16: { kind: "int", bytes: 2 },
  int32: { kind: "int", bytes: 4 },
  int64: { kind: "int", bytes: 8 },
  uint4: { kind: "uint", bytes: 1 },
  uint8: { kind: "uint", bytes: 1 },
  uint16: { kind: "uint", bytes: 2 },
  uint32: { kind: "uint", bytes: 4 },
  uint64: { kind: "uint", bytes: 8 },
  float8_e4m3fn: { kind: "float", bytes: 1 },
  float8_e5m2: { kind: "float", bytes: 1 },
  float16: { kind: "float", bytes: 2 },
  bfloat16: { kind: "float", bytes: 2 },
  float32: { kind: "float", bytes: 4 },
  float64: { kind: "float", bytes: 8 },
  complex64: { kind: "complex", bytes: 8 },
  complex128: { kind: "complex", bytes: 16 },
  string: { kind: "string", bytes: 8 },
};

/** All dtypes, in a fixed order. */
export function allDTypes(): readonly DType[] {
  return Object.keys(INFO) as DType[];
}

export function isDType(name: unknown): name is DType {
  return typeof name === "string" && Object.hasOwn(INFO, name);
}

export function itemBytes(dtype: DType): number {
  return INFO[dtype].bytes;
}

export function isFloat(dtype: DType): dtype is FloatDType {
  return INFO[dtype].kind === "float";
}

export function isComplex(dtype: DType): boolean {
  return INFO[dtype].kind === "complex";
}

/** Whether gradients flow through values of this dtype. */
export function isDifferentiable(dtype: DType): boolean {
  return isFloat(dtype) || isComplex(dtype);
}

/** Signed or unsigned integer (not bool). */
export function isInteger(dtype: DType): boolean {
  const { kind } = INFO[dtype];
  return kind === "int" || kind === "uint";
}

export function isUnsigned(dtype: DType): boolean {
  return INFO[dtype].kind === "uint";
}

const NARROW: Partial<Record<DType, DType>> = {
  int64: "int32",
  uint64: "uint32",
  float64: "float32",
  complex128: "complex64",
};

/** The dtype a value of `dtype` gets on creation: 64-bit types become 32-bit ones unless `config.enable64Bit(true)`. */
export function canonicalDType(dtype: DType): DType {
  return runtime().config.wide ? dtype : (NARROW[dtype] ?? dtype);
}

/**
 * Checks and completes a dtype argument: `null` or `undefined` is floatx, Python's names `int`, `float`, `bool` are allowed,
 * and 64-bit types are narrowed unless enabled.
 *
 * @throws {DTypeError} when the name is not a dtype.
 */
export function standardizeDType(dtype: string | null | undefined): DType {
  if (dtype === null || dtype === undefined) return runtime().config.floatx;
  const name = dtype === "int" ? "int32" : dtype === "float" ? runtime().config.floatx : dtype;
  if (!isDType(name)) throw new DTypeError(`unknown dtype '${dtype}': one of ${allDTypes().join(", ")}`);
  return canonicalDType(name);
}

const WEAK_LEVEL: Record<WeakType, number> = { "py:bool": 0, "py:int": 1, "py:float": 2, "py:complex": 3 };

const isWeak = (t: DType | WeakType): t is WeakType => t.startsWith("py:");

/** Kind of dtype as a level that compares with {@link WEAK_LEVEL}. */
function level(dtype: DType): number {
  return { bool: 0, int: 1, uint: 1, float: 2, complex: 3, string: 4 }[INFO[dtype].kind];
}

function join(a: DType, b: DType): DType {
  if (a === b) return a;
  const [x, y] = level(a) <= level(b) ? [a, b] : [b, a];
  const [p, q] = [INFO[x], INFO[y]];
  if (p.kind === "string" || q.kind === "string")
    throw new DTypeError(`dtypes ${a} and ${b} do not promote: convert one of them`);
  if (p.kind === "bool") return y;
  if (q.kind === "complex")
    return y === "complex128" || x === "complex128" || x === "float64" ? "complex128" : "complex64";
  if (q.kind === "float") {
    if (p.kind !== "float") return y;
    if (p.bytes === q.bytes) return "float32"; // float16 with bfloat16
    return p.bytes > q.bytes ? x : y;
  }
  if (p.kind === q.kind) return p.bytes > q.bytes || (p.bytes === q.bytes && y.endsWith("t4")) ? x : y;
  // One signed, one unsigned: the smallest signed type that holds both.
  const [signed, unsigned] = p.kind === "int" ? [x, y] : [y, x];
  if (INFO[signed].bytes > INFO[unsigned].bytes) return signed;
  const bytes = INFO[unsigned].bytes * 2;
  return bytes === 2 ? "int16" : bytes === 4 ? "int32" : bytes === 8 ? "int64" : runtime().config.floatx;
}

/**
 * The dtype that a mix of dtypes and Python scalar kinds promotes to, by Keras's (that is, JAX's) rules. An empty mix is floatx.
 *
 * @param types - dtypes, weak kinds (`py:int`, `py:float`, `py:bool`), or null for floatx.
 * @throws {DTypeError} when they do not promote implicitly.
 * @example
 * ```ts
 * import { backend } from "keras";
 * console.log(backend.resultType("int8", "uint8"), backend.resultType("int32", "py:float")); // int16 float32
 * ```
 */
export function resultType(...types: readonly (DType | WeakType | null)[]): DType {
  const floatx = runtime().config.floatx;
  const all = types.map((t) => (t === null ? floatx : t));
  const strong = all.filter((t): t is DType => !isWeak(t));
  const weak = all.filter(isWeak).sort((a, b) => WEAK_LEVEL[b] - WEAK_LEVEL[a])[0];
  if (strong.length === 0) {
    if (weak === undefined || weak === "py:float") return floatx;
    return weak === "py:int" ? "int32" : weak === "py:bool" ? "bool" : "complex64";
  }
  // An 8-bit float never promotes by itself: whatever was meant, too much would be lost by guessing.
  if (all.length > 1 && strong.some((d) => d.startsWith("float8"))) {
    throw new DTypeError(`dtypes ${all.join(" and ")} do not promote implicitly: cast the 8-bit floats with ops.cast`);
  }
  const joined = strong.reduce(join);
  if (weak === undefined || WEAK_LEVEL[weak] <= level(joined)) return canonicalDType(joined);
  if (weak === "py:int") return "int32"; // beside bool
  if (weak === "py:complex") return joined === "float64" ? "complex128" : "complex64";
  return floatx; // py:float beside bool or integers
}

/** The dtype of a float-valued op on `dtype`: floats and complex stay, everything else becomes floatx. */
export function floatResult(dtype: DType): DType {
  return isDifferentiable(dtype) ? dtype : resultType(dtype, "py:float");
}

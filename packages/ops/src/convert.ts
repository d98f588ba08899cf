import { castOp } from "./core/cast.ts";
import { canonicalDType, resultType, type DType } from "./dtype.ts";
import { ArgumentError, DTypeError } from "./errors.ts";
import { dispatch } from "./execution/dispatch.ts";
import { place } from "./execution/place.ts";
import {
  allocateHost,
  decodeSmallFloats,
  encodeSmallFloats,
  isSmallFloat,
  NDArray,
  type HostArray,
} from "./ndarray.ts";
import { fullOp } from "./numpy/full.ts";
import { stack } from "./numpy/stack.ts";
import type { NestedArray, TensorLike, TypedArray } from "./operand.ts";
import { runtime } from "./runtime.ts";
import { isScalar, scalarValue, weakTypeOf, type Scalar } from "./scalar.ts";
import { formatShape, sizeOf } from "./shape.ts";
import { isTensor, type Tensor } from "./tensor.ts";
import { isVariable } from "./variable.ts";

/** A scalar as a tensor; inside a trace a constant of the graph. */
export function scalarTensor(x: Scalar, dtype: DType): Tensor {
  const value = scalarValue(x, dtype);
  if (runtime().trace) return dispatch(fullOp, [], { shape: [], dtype, value })[0]!;
  const values = allocateHost(dtype, 1);
  fill(values, 0, value, dtype);
  return place(new NDArray(values, [], dtype));
}

/** Writes one host value of any kind in the form that `dtype` has on the host. */
function fill(values: HostArray, at: number, value: number | bigint | boolean | string, dtype: DType): void {
  if (dtype === "string") (values as string[])[at] = String(value);
  else if (dtype === "int64" || dtype === "uint64") {
    (values as BigInt64Array)[at] = typeof value === "bigint" ? value : BigInt(Math.trunc(Number(value)));
  } else if (isSmallFloat(dtype)) {
    (values as Uint16Array).set(encodeSmallFloats([Number(value)], dtype), at);
  } else if (dtype === "complex64" || dtype === "complex128") (values as Float32Array)[at * 2] = Number(value);
  else if (dtype === "bool") (values as Uint8Array)[at] = value ? 1 : 0;
  else (values as Float32Array)[at] = Number(value);
}

const TYPED: Readonly<Record<string, DType>> = {
  Int8Array: "int8",
  Uint8Array: "uint8",
  Uint8ClampedArray: "uint8",
  Int16Array: "int16",
  Uint16Array: "uint16",
  Int32Array: "int32",
  Uint32Array: "uint32",
  BigInt64Array: "int64",
  BigUint64Array: "uint64",
  Float32Array: "float32",
  Float64Array: "float64",
};

/** Host values of one dtype in the host form of another, as `cast` converts them. */
export function convertHost(a: NDArray, dtype: DType): NDArray {
  if (a.dtype === dtype) return a;
  if (a.dtype === "string" || dtype === "string") throw new DTypeError(`cannot convert ${a.dtype} to ${dtype}`);
  const source = isSmallFloat(a.dtype) ? decodeSmallFloats(a.values as Uint16Array, a.dtype) : a.values;
  const fromComplex = a.dtype.startsWith("complex");
  if (fromComplex && dtype.startsWith("complex")) {
    const values = allocateHost(dtype, sizeOf(a.shape));
    for (let i = 0; i < source.length; i++) (values as Float32Array)[i] = Number(source[i]);
    return new NDArray(values, a.shape, dtype);
  }
  const count = sizeOf(a.shape);
  if (isSmallFloat(dtype))
    return new NDArray(encodeSmallFloats(Array.from(source as Float32Array, Number), dtype), a.shape, dtype);
  const values = allocateHost(dtype, count);
  for (let i = 0; i < count; i++) fill(values, i, source[fromComplex ? i * 2 : i]!, dtype);
  return new NDArray(values, a.shape, dtype);
}

/** Shape of a nested array. @throws {ArgumentError} when it is ragged. */
function nestedShape(x: NestedArray): number[] {
  const shape: number[] = [];
  let level: unknown = x;
  while (Array.isArray(level)) {
    shape.push(level.length);
    level = level[0];
  }
  return shape;
}

function flatten(x: unknown, shape: readonly number[], axis: number, out: (Scalar | string)[]): void {
  const isList = Array.isArray(x);
  if (isList !== axis < shape.length || (isList && x.length !== shape[axis])) {
    throw new ArgumentError(`nested arrays must be rectangular: expected shape ${formatShape(shape)} throughout`);
  }
  if (!isList) {
    if (!isScalar(x) && typeof x !== "string") {
      throw new ArgumentError(
        `cannot make a tensor of ${x === null ? "null" : typeof x}: give numbers, booleans, typed arrays or tensors`,
      );
    }
    out.push(x);
  } else for (const item of x) flatten(item, shape, axis + 1, out);
}

function hasTensor(x: unknown): boolean {
  return Array.isArray(x) ? x.some(hasTensor) : isTensor(x) || isVariable(x);
}

/** Nested arrays → host data. Numbers are floatx, whatever their values; booleans are bool, bigints int32. */
function nestedToHost(x: NestedArray, dtype: DType | undefined): NDArray {
  const shape = nestedShape(x);
  const flat: (Scalar | string)[] = [];
  flatten(x, shape, 0, flat);
  const natural = (): DType => {
    if (flat.some((v) => typeof v === "string")) return "string";
    if (flat.length > 0 && flat.every((v) => typeof v === "boolean")) return "bool";
    if (flat.length > 0 && flat.every((v) => typeof v === "bigint" || typeof v === "boolean"))
      return resultType("py:int");
    return runtime().config.floatx;
  };
  const target = dtype ?? natural();
  const values = allocateHost(target, flat.length);
  flat.forEach((v, i) => fill(values, i, typeof v === "object" ? v.value : v, target));
  return new NDArray(values, shape, target);
}

/**
 * Any tensor-like value as a tensor of the active backend.
 *
 * @param dtype - Converted to it when given; else the value's own: floatx for arrays of numbers, int32 or floatx for one number.
 */
export function toTensor(x: TensorLike, dtype?: DType): Tensor {
  if (isVariable(x)) return toTensor(x.value, dtype);
  if (isTensor(x)) return dtype === undefined || x.dtype === dtype ? x : dispatch(castOp, [x], { dtype })[0]!;
  if (isScalar(x)) return scalarTensor(x, dtype ?? resultType(weakTypeOf(x)));
  if (Array.isArray(x) && hasTensor(x)) return toTensor(stack(x.map((item) => toTensor(item as TensorLike, dtype))));
  return place(toHost(x as NDArray | TypedArray | NestedArray, dtype));
}

/** Host data of anything that holds no tensor. */
export function toHost(x: NDArray | TypedArray | NestedArray, dtype?: DType): NDArray {
  if (Array.isArray(x)) return nestedToHost(x, dtype);
  if (typeof x === "string") return nestedToHost(x as never, dtype);
  const host = (x as NDArray)?.kind === "ndarray" ? (x as NDArray) : typedToHost(x as TypedArray);
  return convertHost(host, dtype ?? canonicalDType(host.dtype));
}

function typedToHost(x: TypedArray): NDArray {
  const dtype = ArrayBuffer.isView(x) ? TYPED[x.constructor.name] : undefined;
  if (dtype === undefined) {
    throw new ArgumentError(
      `cannot make a tensor of ${describe(x)}: give numbers, booleans, typed arrays, nested arrays, NDArrays or tensors`,
    );
  }
  const values = x instanceof Uint8ClampedArray ? new Uint8Array(x) : x;
  return new NDArray(values as HostArray, [x.length], dtype);
}

function describe(x: unknown): string {
  if (x === null || x === undefined) return String(x);
  return typeof x === "object" ? (x.constructor?.name ?? "object") : typeof x;
}

import { broadcastShapes, dim, isComplex, itemBytes, reducedShape, type Dim, type DType, type Shape } from "@keras/ops";
import type { Attributes } from "./attributes.ts";
import type { Emitter } from "./emitter.ts";
import type { Fill, Val } from "./value.ts";

/* TensorFlow's operators with their shape rules, for emitters that need several nodes. */

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((d, i) => dim.equal(d, b[i]!));

/** The element type of a value that is a tensor. */
export const dtypeOf = (x: Val): DType => x.dtype as DType;

/** Element type conversion as TensorFlow has it: out of range it is undefined. */
export function cast(e: Emitter, x: Val, dtype: DType): Val {
  if (x.dtype === dtype) return x;
  if (x.compact) return broadcast(e, cast(e, x.compact, dtype), x.shape);
  return e.op("Cast", [x], {}, { dtype, shape: x.shape });
}

/** The same bits as another type of the same width. */
export function bitcast(e: Emitter, x: Val, dtype: DType): Val {
  return x.dtype === dtype ? x : e.op("Bitcast", [x], {}, { dtype, shape: x.shape });
}

/** Elementwise, one operand. */
export function unary(e: Emitter, op: string, x: Val, attributes: Attributes = {}): Val {
  if (x.compact) return broadcast(e, unary(e, op, x.compact, attributes), x.shape);
  return e.op(op, [x], attributes, { dtype: x.dtype, shape: x.shape });
}

/** One operand → bool. */
export function test(e: Emitter, op: string, x: Val): Val {
  return e.op(op, [x], {}, { dtype: "bool", shape: x.shape });
}

/** Operands of an operator that broadcasts: their values before a broadcast, where those alone still give the full shape. */
function compactOperands(xs: readonly Val[]): readonly Val[] {
  const shape = broadcastShapes(xs.map((x) => x.shape));
  let operands = [...xs];
  xs.forEach((x, i) => {
    if (!x.compact) return;
    const candidate = operands.with(i, x.compact);
    if (sameShape(broadcastShapes(candidate.map((v) => v.shape)), shape)) operands = candidate;
  });
  return operands;
}

function elementwise(e: Emitter, op: string, xs: readonly Val[], dtype: Val["dtype"]): Val {
  const shape = broadcastShapes(xs.map((x) => x.shape));
  return e.op(op, compactOperands(xs), {}, { dtype, shape });
}

/** Elementwise with broadcasting, result of the operands' type. */
export function binary(e: Emitter, op: string, a: Val, b: Val): Val {
  if (a.compact && b.compact) {
    // Two broadcasts: compute on the small values, broadcast the result.
    return broadcast(e, binary(e, op, a.compact, b.compact), broadcastShapes([a.shape, b.shape]));
  }
  return elementwise(e, op, [a, b], a.dtype);
}

/** Elementwise with broadcasting → bool. */
export function compare(e: Emitter, op: string, a: Val, b: Val): Val {
  return elementwise(e, op, [a, b], "bool");
}

/** `a` where `condition`, else `b`, with broadcasting. */
export function where(e: Emitter, condition: Val, a: Val, b: Val): Val {
  return elementwise(e, "SelectV2", [condition, a, b], a.dtype);
}

export const not = (e: Emitter, x: Val): Val => unary(e, "LogicalNot", x);

/** Exclusive or of truth values. */
export const xor = (e: Emitter, a: Val, b: Val): Val => compare(e, "NotEqual", a, b);

/** Reduction over axes. */
export function reduce(e: Emitter, op: string, x: Val, axes: readonly number[], keepdims: boolean): Val {
  if (axes.length === 0) return x;
  const shape = reducedShape(x.shape, axes, keepdims);
  return e.op(op, [x, e.ints(axes)], { keep_dims: keepdims }, { dtype: x.dtype, shape });
}

/** Same elements in another shape. */
export function reshape(e: Emitter, x: Val, shape: Shape): Val {
  if (sameShape(x.shape, shape)) return x;
  if (x.fill !== undefined) return fill(e, x.fill, shape, dtypeOf(x));
  return e.op("Reshape", [x, reshapeTarget(e, shape)], {}, { dtype: x.dtype, shape });
}

/** -1 stands for one size that is not known; with more, or where a size is 0, all are computed. */
function reshapeTarget(e: Emitter, shape: Shape): Val {
  const symbolic = shape.filter((d) => !dim.isStatic(d)).length;
  if (symbolic !== 1 || shape.includes(0)) return e.shape(shape);
  return e.ints(shape.map((d) => (dim.isStatic(d) ? d : -1)));
}

export function transpose(e: Emitter, x: Val, perm: readonly number[]): Val {
  if (perm.every((p, i) => p === i)) return x;
  const shape = perm.map((p) => x.shape[p]!);
  if (x.fill !== undefined) return fill(e, x.fill, shape, dtypeOf(x));
  // Moving only axes of size 1 changes no order.
  const moved = perm.filter((p) => x.shape[p] !== 1);
  if (moved.every((p, i) => i === 0 || moved[i - 1]! < p)) return reshape(e, x, shape);
  return e.op("Transpose", [x, e.ints(perm)], {}, { dtype: x.dtype, shape });
}

/** Broadcasts to a shape, when a consumer needs it. */
export function broadcast(e: Emitter, x: Val, shape: Shape): Val {
  if (sameShape(x.shape, shape)) return x;
  const compact = x.compact ?? x;
  const emit = (): Val => e.op("BroadcastTo", [compact, e.shape(shape)], {}, { dtype: x.dtype, shape });
  return e.lazy({ dtype: x.dtype, shape }, emit, { compact, fill: x.fill });
}

/** One value in every element. */
export function fill(e: Emitter, value: Fill, shape: Shape, dtype: DType): Val {
  return broadcast(e, e.scalar(value, dtype), shape);
}

/** x[start:limit:stride] along some axes. */
export function slice(
  e: Emitter,
  x: Val,
  axes: readonly number[],
  starts: readonly Dim[],
  limits: readonly Dim[],
  strides: readonly number[] = axes.map(() => 1),
): Val {
  const all = axes.every((axis, i) => starts[i] === 0 && strides[i] === 1 && dim.equal(limits[i]!, x.shape[axis]!));
  if (all) return x;
  const shape = [...x.shape];
  const begin: Dim[] = x.shape.map(() => 0);
  const end: Dim[] = x.shape.map(() => 0);
  const steps = x.shape.map(() => 1);
  // An axis whose bit is set is taken to its end.
  let toEnd = x.shape.reduce<number>((bits, _, axis) => bits | (1 << axis), 0);
  axes.forEach((axis, i) => {
    const size = dim.ceildiv(dim.sub(limits[i]!, starts[i]!), strides[i]!);
    begin[axis] = starts[i]!;
    steps[axis] = strides[i]!;
    if (!dim.equal(limits[i]!, x.shape[axis]!)) {
      end[axis] = limits[i]!;
      toEnd &= ~(1 << axis);
    }
    shape[axis] = size;
  });
  const operands = [x, e.shape(begin), e.shape(end), e.ints(steps)];
  return e.op("StridedSlice", operands, { end_mask: toEnd }, { dtype: x.dtype, shape });
}

/** Flips along axes. */
export function reverse(e: Emitter, x: Val, axes: readonly number[]): Val {
  const real = axes.filter((a) => x.shape[a] !== 1);
  if (real.length === 0) return x;
  return e.op("ReverseV2", [x, e.ints(real)], {}, { dtype: x.dtype, shape: x.shape });
}

export function concat(e: Emitter, xs: readonly Val[], axis: number): Val {
  if (xs.length === 1) return xs[0]!;
  const size = xs.map((x) => x.shape[axis]!).reduce(dim.add);
  const shape = xs[0]!.shape.with(axis, size);
  return e.op("ConcatV2", [xs, e.scalar(axis, "int32")], {}, { dtype: xs[0]!.dtype, shape });
}

/** Adds `value` (default 0) before and after along each axis; nothing may be negative. */
export function pad(e: Emitter, x: Val, low: readonly Dim[], high: readonly Dim[], value?: Val): Val {
  if ([...low, ...high].every((d) => d === 0)) return x;
  const shape = x.shape.map((d, i) => dim.add(dim.add(d, low[i]!), high[i]!));
  const flat = x.shape.flatMap((_, i) => [low[i]!, high[i]!]);
  const amounts = reshape(e, e.shape(flat), [x.shape.length, 2]);
  return e.op("PadV2", [x, amounts, value ?? zero(e, dtypeOf(x))], {}, { dtype: x.dtype, shape });
}

/** Zero, or false. */
export const zero = (e: Emitter, dtype: DType): Val => e.scalar(dtype === "bool" ? false : 0, dtype);

/** x[..., indices, ...]; indices in range. */
export function gather(e: Emitter, x: Val, indices: Val, axis: number, batchDims = 0): Val {
  const shape = [...x.shape.slice(0, axis), ...indices.shape.slice(batchDims), ...x.shape.slice(axis + 1)];
  return e.op("GatherV2", [x, indices, e.scalar(axis, "int32")], { batch_dims: batchDims }, { dtype: x.dtype, shape });
}

/** A matrix product; operands of rank 2, or stacks of matrices with leading axes of their own or to be broadcast. */
export function matmul(e: Emitter, a: Val, b: Val, transposeA = false, transposeB = false): Val {
  const [rows, columns] = [a.shape.at(transposeA ? -1 : -2)!, b.shape.at(transposeB ? -2 : -1)!];
  if (a.shape.length === 2 && b.shape.length === 2) {
    const flags = { transpose_a: transposeA, transpose_b: transposeB };
    return e.op("MatMul", [a, b], flags, { dtype: a.dtype, shape: [rows, columns] });
  }
  const batch = broadcastShapes([a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const flags = { adj_x: transposeA, adj_y: transposeB };
  return e.op("BatchMatMulV2", [a, b], flags, { dtype: a.dtype, shape: [...batch, rows, columns] });
}

/** A number of the type of `like`. */
export const literal = (e: Emitter, value: Fill, like: Val): Val => e.scalar(value, dtypeOf(like));

const HALF: ReadonlySet<DType> = new Set<DType>(["float16", "bfloat16"]);
export const isHalf = (dtype: DType): boolean => HALF.has(dtype);

/** Computes in float32 what is given in a half type: sums of many terms need more digits on the way. */
export function inSingle(e: Emitter, xs: readonly Val[], compute: (xs: readonly Val[]) => Val): Val {
  const dtype = dtypeOf(xs[0]!);
  if (!isHalf(dtype)) return compute(xs);
  return cast(e, compute(xs.map((x) => cast(e, x, "float32"))), dtype);
}

/** The integer type in which small and unsigned integers are multiplied and summed, with equal low bits. */
export function wideInteger(dtype: DType): DType {
  return itemBytes(dtype) === 8 ? "int64" : "int32";
}

export const isComplexVal = (x: Val): boolean => isComplex(dtypeOf(x));

/** Least and greatest value of a type: what the maximum and the minimum of nothing are. */
export function limits(dtype: DType): readonly [Fill, Fill] {
  const range = INTEGER_RANGE[dtype];
  if (dtype === "bool") return [false, true];
  return range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
}

export const INTEGER_RANGE: Partial<Record<DType, readonly [bigint, bigint]>> = {
  int8: [-128n, 127n],
  uint8: [0n, 255n],
  int16: [-(2n ** 15n), 2n ** 15n - 1n],
  uint16: [0n, 2n ** 16n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

import { broadcastShapes, dim, reducedShape, UnsupportedError, type Dim, type DType, type Shape } from "@keras/ops";
import { kernelDType } from "../kernels.ts";
import { ELEMENT } from "../proto/elements.ts";
import type { Attributes } from "./attributes.ts";
import type { Emitter } from "./emitter.ts";
import type { Fill, Val } from "./value.ts";

/*
 * ONNX operators with shape and type rules of their own, for emitters that need several nodes. Types without a kernel are cast to one
 * that has one and back.
 */

const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((d, i) => dim.equal(d, b[i]!));

/** The type in which an operator computes. @throws {UnsupportedError} where it has none; `supports` rules that out beforehand. */
function computeType(op: string, dtype: DType): DType {
  const type = kernelDType(op, dtype);
  if (type === null) throw new UnsupportedError(`ONNX operator ${op} has no kernel for ${dtype}`);
  return type;
}

/** Element type conversion as ONNX has it. Float to integer needs {@link saturate} first where values may be out of range. */
export function cast(e: Emitter, x: Val, dtype: DType): Val {
  if (x.dtype === dtype) return x;
  if (x.fill !== undefined && x.shape.length === 0) {
    const fill = castFill(x.fill, x.dtype, dtype);
    if (fill !== undefined) return e.scalar(fill, dtype);
  }
  const convert = (v: Val): Val => e.op("Cast", [v], { to: ELEMENT[dtype] }, { dtype, shape: v.shape });
  if (x.reshaped && e.isRuntime) return reshape(e, cast(e, x.reshaped, dtype), x.shape);
  if (!x.compact) return convert(x);
  const compact = cast(e, x.compact, dtype);
  return e.lazy({ dtype, shape: x.shape }, () => expand(e, compact, x.shape), { compact, fill: compact.fill });
}

const FLOATS: ReadonlySet<DType> = new Set<DType>(["float32", "float64"]);
const INTEGERS: ReadonlySet<DType> = new Set<DType>(["int32", "int64"]);

/** A constant in another type, where no rounding or wrapping can come in. */
function castFill(fill: Fill, from: DType, to: DType): Fill | undefined {
  if (!FLOATS.has(to) && !INTEGERS.has(to)) return undefined;
  const value = Number(fill);
  if (!Number.isFinite(value) || Math.abs(value) > 2 ** 24) return undefined;
  if (FLOATS.has(from) && !Number.isInteger(value)) return FLOATS.has(to) ? value : undefined;
  return value;
}

/** The same bits as another type of the same width. */
export function bitcast(e: Emitter, x: Val, dtype: DType): Val {
  if (x.dtype === dtype) return x;
  return e.op("BitCast", [x], { to: ELEMENT[dtype] }, { dtype, shape: x.shape });
}

const isStatic = (shape: Shape): shape is readonly number[] => shape.every((d) => dim.isStatic(d));
const isUnit = (x: Val): boolean => x.shape.every((d) => d === 1);

/**
 * Operands of an elementwise op as they are behind a reshape: so that a bias is added to the matrix a convolution gave, where the two
 * fuse, and not to its view as images. Null where the operands do not all fit the shape behind.
 */
function behindReshape(
  e: Emitter,
  operands: readonly Val[],
  shape: Shape,
): { operands: readonly Val[]; shape: Shape } | null {
  if (!e.isRuntime) return null;
  const source = operands.find((x) => x.reshaped && sameShape(x.shape, shape))?.reshaped;
  if (!source || !isStatic(source.shape) || !isStatic(shape)) return null;
  const target = source.shape;
  const seen = operands.map((x): Val | null => {
    if (sameShape(x.shape, shape)) return reshape(e, x, target);
    if (isUnit(x)) return reshape(e, x, []);
    const channels = shape.at(-1);
    const isVector = x.shape.at(-1) === channels && x.shape.slice(0, -1).every((d) => d === 1);
    return isVector && target.at(-1) === channels ? reshape(e, x, [channels!]) : null;
  });
  return seen.every((x) => x !== null) ? { operands: seen, shape: target } : null;
}

/** Elementwise, one operand. */
export function unary(e: Emitter, op: string, x: Val, attributes: Attributes = {}): Val {
  const type = computeType(op, x.dtype);
  if (x.compact) {
    const compact = unary(e, op, x.compact, attributes);
    return e.lazy({ dtype: x.dtype, shape: x.shape }, () => expand(e, compact, x.shape), { compact });
  }
  if (x.reshaped && e.isRuntime) return reshape(e, unary(e, op, x.reshaped, attributes), x.shape);
  return cast(e, e.op(op, [cast(e, x, type)], attributes, { dtype: type, shape: x.shape }), x.dtype);
}

/** One operand → bool. */
export function test(e: Emitter, op: string, x: Val): Val {
  if (x.reshaped && e.isRuntime) return reshape(e, test(e, op, x.reshaped), x.shape);
  return e.op(op, [cast(e, x, computeType(op, x.dtype))], {}, { dtype: "bool", shape: x.shape });
}

/** Operands of an operator that broadcasts: their values before a broadcast, where those alone still give the full shape. */
function compactOperands(xs: readonly Val[]): { operands: readonly Val[]; shape: Shape } {
  const shape = broadcastShapes(xs.map((x) => x.shape));
  let operands = [...xs];
  xs.forEach((x, i) => {
    if (!x.compact) return;
    const candidate = operands.with(i, x.compact);
    if (sameShape(broadcastShapes(candidate.map((v) => v.shape)), shape)) operands = candidate;
  });
  return { operands, shape };
}

/** Applies an operator to operands that broadcast, behind a reshape where there is one. */
function elementwise(e: Emitter, xs: readonly Val[], apply: (operands: readonly Val[], shape: Shape) => Val): Val {
  const { operands, shape } = compactOperands(xs);
  const behind = behindReshape(e, operands, shape);
  return behind ? reshape(e, apply(behind.operands, behind.shape), shape) : apply(operands, shape);
}

/** Elementwise with broadcasting, result of the operands' type. */
export function binary(e: Emitter, op: string, a: Val, b: Val, attributes: Attributes = {}): Val {
  const type = computeType(op, a.dtype);
  if (a.compact && b.compact) {
    // Two broadcasts: compute on the small values, broadcast the result.
    const full = broadcastShapes([a.shape, b.shape]);
    const compact = binary(e, op, a.compact, b.compact, attributes);
    return e.lazy({ dtype: a.dtype, shape: full }, () => expand(e, compact, full), { compact });
  }
  return elementwise(e, [a, b], (operands, shape) => {
    const inputs = operands.map((x) => cast(e, x, type));
    return cast(e, e.op(op, inputs, attributes, { dtype: type, shape }), a.dtype);
  });
}

/** Elementwise with broadcasting → bool. */
export function compare(e: Emitter, op: string, a: Val, b: Val): Val {
  const type = computeType(op, a.dtype);
  return elementwise(e, [a, b], (operands, shape) =>
    e.op(
      op,
      operands.map((x) => cast(e, x, type)),
      {},
      { dtype: "bool", shape },
    ),
  );
}

/** `a` where `condition`, else `b`, with broadcasting. */
export function where(e: Emitter, condition: Val, a: Val, b: Val): Val {
  if (a.dtype === "bool") {
    const chosen = binary(e, "And", condition, a);
    const other = binary(e, "And", unary(e, "Not", condition), b);
    return binary(e, "Or", chosen, other);
  }
  const type = computeType("Where", a.dtype);
  return elementwise(e, [condition, a, b], (operands, shape) => {
    const [c, x, y] = operands as [Val, Val, Val];
    return cast(e, e.op("Where", [c, cast(e, x, type), cast(e, y, type)], {}, { dtype: type, shape }), a.dtype);
  });
}

/** Reduction over axes. */
export function reduce(e: Emitter, op: string, x: Val, axes: readonly number[], keepdims: boolean): Val {
  if (axes.length === 0) return x;
  const type = computeType(op, x.dtype);
  const shape = reducedShape(x.shape, axes, keepdims);
  return cast(
    e,
    e.op(op, [cast(e, x, type), e.int64(axes)], { keepdims: keepdims ? 1 : 0 }, { dtype: type, shape }),
    x.dtype,
  );
}

/** Same elements in another shape. */
export function reshape(e: Emitter, x: Val, shape: Shape): Val {
  if (sameShape(x.shape, shape)) return x;
  if (x.fill !== undefined) return fill(e, x.fill, shape, x.dtype);
  const source = x.reshaped ?? x;
  if (sameShape(source.shape, shape)) return source;
  return e.lazy({ dtype: x.dtype, shape }, () => reshapeNow(e, source, shape), { reshaped: source });
}

function reshapeNow(e: Emitter, x: Val, shape: Shape): Val {
  if (shape.length === 0) {
    // An empty list cannot say "scalar" where the rank is to be inferred: every axis is dropped by name.
    return e.op("Squeeze", [x, e.int64(x.shape.map((_, i) => i))], {}, { dtype: x.dtype, shape });
  }
  return e.op("Reshape", [x, reshapeTarget(e, x.shape, shape)], zeroSized(shape) ? { allowzero: 1 } : {}, {
    dtype: x.dtype,
    shape,
  });
}

const zeroSized = (shape: Shape): boolean => shape.some((d) => d === 0);

function reshapeTarget(e: Emitter, from: Shape, to: Shape): Val {
  const symbolic = to.filter((d) => !dim.isStatic(d));
  if (symbolic.length === 0) return e.int64(to as readonly number[]);
  if (!zeroSized(to)) {
    // 0 copies the size at the same position, -1 is inferred.
    const codes = to.map((d, i) => (dim.isStatic(d) ? d : i < from.length && dim.equal(from[i]!, d) ? 0 : -1));
    if (codes.filter((c) => c === -1).length <= 1) return e.int64(codes);
  }
  return e.symbols.shape(e, to);
}

export function transpose(e: Emitter, x: Val, perm: readonly number[]): Val {
  if (perm.every((p, i) => p === i)) return x;
  const shape = perm.map((p) => x.shape[p]!);
  if (x.fill !== undefined) return fill(e, x.fill, shape, x.dtype);
  // Moving only axes of size 1 changes no order.
  const moved = perm.filter((p) => x.shape[p] !== 1);
  if (moved.every((p, i) => i === 0 || moved[i - 1]! < p)) return reshape(e, x, shape);
  if (x.transposed) {
    const { source, perm: inner } = x.transposed;
    return transpose(
      e,
      source,
      perm.map((p) => inner[p]!),
    );
  }
  const emit = (): Val => e.op("Transpose", [x], { perm }, { dtype: x.dtype, shape });
  return e.lazy({ dtype: x.dtype, shape }, emit, { transposed: { source: x, perm } });
}

/** Broadcasts to a shape, now. */
export function expand(e: Emitter, x: Val, shape: Shape): Val {
  if (sameShape(x.shape, shape)) return x;
  const lead = shape.length - x.shape.length;
  // 1 keeps the size of the operand, so a symbolic size that is there already need not be computed.
  const target = shape.map((d, i) => (i >= lead && dim.equal(x.shape[i - lead]!, d) && d !== 0 ? 1 : d));
  return e.op("Expand", [x, e.symbols.shape(e, target)], {}, { dtype: x.dtype, shape });
}

/** Broadcasts to a shape, when a consumer needs it. */
export function broadcast(e: Emitter, x: Val, shape: Shape): Val {
  if (sameShape(x.shape, shape)) return x;
  const compact = x.compact ?? x;
  return e.lazy({ dtype: x.dtype, shape }, () => expand(e, compact, shape), { compact, fill: x.fill });
}

/** One value in every element. */
export function fill(e: Emitter, value: Fill, shape: Shape, dtype: DType): Val {
  const scalar = e.scalar(value, dtype);
  return shape.length === 0 ? scalar : broadcast(e, scalar, shape);
}

const LAST = 2n ** 63n - 1n;

/** x[start:limit:stride] along some axes; sizes are given by the caller where symbolic. */
export function slice(
  e: Emitter,
  x: Val,
  axes: readonly number[],
  starts: readonly Dim[],
  limits: readonly Dim[],
  strides: readonly number[] = axes.map(() => 1),
): Val {
  const kept = axes
    .map((_, i) => i)
    .filter((i) => !(starts[i] === 0 && strides[i] === 1 && dim.equal(limits[i]!, x.shape[axes[i]!]!)));
  if (kept.length === 0) return x;
  const shape = [...x.shape];
  for (const i of kept) shape[axes[i]!] = dim.ceildiv(dim.sub(limits[i]!, starts[i]!), strides[i]!);
  const ends = kept.map((i) => (dim.equal(limits[i]!, x.shape[axes[i]!]!) ? null : limits[i]!));
  const end = ends.every((d) => d === null || dim.isStatic(d))
    ? e.int64(ends.map((d) => d ?? LAST))
    : e.symbols.shape(
        e,
        ends.map((d, i) => d ?? limits[kept[i]!]!),
      );
  const start = e.symbols.shape(
    e,
    kept.map((i) => starts[i]!),
  );
  const inputs = [x, start, end, e.int64(kept.map((i) => axes[i]!)), e.int64(kept.map((i) => strides[i]!))];
  return e.op("Slice", inputs, {}, { dtype: x.dtype, shape });
}

/** Flips along axes. */
export function reverse(e: Emitter, x: Val, axes: readonly number[]): Val {
  const real = axes.filter((a) => x.shape[a] !== 1);
  if (real.length === 0) return x;
  const each = (v: number | bigint): Val => e.int64(real.map(() => v));
  return e.op(
    "Slice",
    [x, each(-1), each(-(2n ** 63n) + 1n), e.int64(real), each(-1)],
    {},
    { dtype: x.dtype, shape: x.shape },
  );
}

export function concat(e: Emitter, xs: readonly Val[], axis: number): Val {
  if (xs.length === 1) return xs[0]!;
  const size = xs.map((x) => x.shape[axis]!).reduce(dim.add);
  return e.op("Concat", xs, { axis }, { dtype: xs[0]!.dtype, shape: xs[0]!.shape.with(axis, size) });
}

/** Adds `value` (default 0) before and after along each axis; nothing may be negative. */
export function pad(e: Emitter, x: Val, low: readonly Dim[], high: readonly Dim[], value?: Val): Val {
  if ([...low, ...high].every((d) => d === 0)) return x;
  const type = computeType("Pad", x.dtype);
  const shape = x.shape.map((d, i) => dim.add(dim.add(d, low[i]!), high[i]!));
  const inputs = [cast(e, x, type), e.symbols.shape(e, [...low, ...high]), value ? cast(e, value, type) : null];
  return cast(e, e.op("Pad", inputs, {}, { dtype: type, shape }), x.dtype);
}

/** x[..., indices, ...]; indices in range. */
export function gather(e: Emitter, x: Val, indices: Val, axis: number): Val {
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return e.op("Gather", [x, indices], { axis }, { dtype: x.dtype, shape });
}

/** Matrix product with NumPy's broadcasting of leading axes. */
export function matmul(e: Emitter, a: Val, b: Val): Val {
  const type = computeType("MatMul", a.dtype);
  const batch = broadcastShapes([a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const shape = [...batch, a.shape.at(-2)!, b.shape.at(-1)!];
  return cast(e, e.op("MatMul", [cast(e, a, type), cast(e, b, type)], {}, { dtype: type, shape }), a.dtype);
}

/** Constant numbers of the type of `like`. */
export function literal(e: Emitter, value: Fill, like: Val): Val {
  return e.scalar(value, like.dtype);
}

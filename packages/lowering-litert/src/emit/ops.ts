import { broadcastShapes, dim, isFloat, reducedShape, type Dim, type DType, type Shape } from "@keras/ops";
import { typeCode, type Emitter, type Val } from "./emitter.ts";
import { OPTIONS, type OperatorName, type Options } from "./schema.ts";

/* Operators with shape and type rules of their own, for emitters that need several. */

const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((d, i) => dim.equal(d, b[i]!));

const ARITHMETIC: Partial<Record<OperatorName, () => Options>> = {
  ADD: OPTIONS.add,
  SUB: OPTIONS.sub,
  MUL: OPTIONS.mul,
  DIV: OPTIONS.div,
};

export function cast(e: Emitter, x: Val, dtype: DType): Val {
  if (x.dtype === dtype) return x;
  return e.op("CAST", [x], { dtype, shape: x.shape }, OPTIONS.cast(typeCode(x.dtype), typeCode(dtype)));
}

export function unary(e: Emitter, name: OperatorName, x: Val, options: Options | null = null): Val {
  return e.op(name, [x], { dtype: x.dtype, shape: x.shape }, options);
}

export function binary(e: Emitter, name: OperatorName, a: Val, b: Val): Val {
  return e.op(
    name,
    [a, b],
    { dtype: a.dtype, shape: broadcastShapes([a.shape, b.shape]) },
    ARITHMETIC[name]?.() ?? null,
  );
}

export function compare(e: Emitter, name: OperatorName, a: Val, b: Val): Val {
  return e.op(name, [a, b], { dtype: "bool", shape: broadcastShapes([a.shape, b.shape]) });
}

export function select(e: Emitter, c: Val, a: Val, b: Val): Val {
  return e.op("SELECT_V2", [c, a, b], { dtype: a.dtype, shape: broadcastShapes([c.shape, a.shape, b.shape]) });
}

export const like = (e: Emitter, value: number, x: Val): Val => e.scalar(value, x.dtype);

export function reshape(e: Emitter, x: Val, shape: Shape): Val {
  if (sameShape(x.shape, shape)) return x;
  const open = shape.filter((d) => !dim.isStatic(d)).length;
  // One unknown size can be inferred.
  const target =
    open === 1 && !shape.includes(0) ? e.int32(shape.map((d) => (dim.isStatic(d) ? d : -1))) : e.sizes(shape);
  return e.op("RESHAPE", [x, target], { dtype: x.dtype, shape });
}

export function transpose(e: Emitter, x: Val, perm: readonly number[]): Val {
  if (perm.every((p, i) => p === i)) return x;
  return e.op("TRANSPOSE", [x, e.int32(perm)], { dtype: x.dtype, shape: perm.map((p) => x.shape[p]!) });
}

export function broadcast(e: Emitter, x: Val, shape: Shape): Val {
  if (sameShape(x.shape, shape)) return x;
  if (x.shape.length === 0 || x.shape.every((d) => d === 1)) {
    const scalar = reshape(e, x, []);
    return e.op("FILL", [e.sizes(shape), scalar], { dtype: x.dtype, shape });
  }
  return e.op("BROADCAST_TO", [x, e.sizes(shape)], { dtype: x.dtype, shape });
}

export function reduce(e: Emitter, name: OperatorName, x: Val, axes: readonly number[], keepdims: boolean): Val {
  if (axes.length === 0) return x;
  return e.op(
    name,
    [x, e.int32(axes)],
    { dtype: x.dtype, shape: reducedShape(x.shape, axes, keepdims) },
    OPTIONS.reduce(keepdims),
  );
}

export function concat(e: Emitter, xs: readonly Val[], axis: number): Val {
  if (xs.length === 1) return xs[0]!;
  const size = xs.map((x) => x.shape[axis]!).reduce(dim.add);
  return e.op(
    "CONCATENATION",
    xs,
    { dtype: xs[0]!.dtype, shape: xs[0]!.shape.with(axis, size) },
    OPTIONS.concatenation(axis),
  );
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
  const rank = x.shape.length;
  const [from, to, step] = [new Array<Dim>(rank).fill(0), [...x.shape], new Array<number>(rank).fill(1)];
  axes.forEach((a, i) => {
    from[a] = starts[i]!;
    to[a] = limits[i]!;
    step[a] = strides[i]!;
  });
  const whole = x.shape.map((d, i) => from[i] === 0 && step[i] === 1 && dim.equal(to[i]!, d));
  if (whole.every(Boolean)) return x;
  const shape = x.shape.map((_, i) => dim.ceildiv(dim.sub(to[i]!, from[i]!), step[i]!));
  // Ends that are the axis's own need not be computed.
  const mask = x.shape.reduce<number>((m, d, i) => (dim.equal(to[i]!, d) ? m | (1 << i) : m), 0);
  const ends = to.map((d, i) => (mask & (1 << i) ? 0 : d));
  return e.op(
    "STRIDED_SLICE",
    [x, e.sizes(from), e.sizes(ends), e.int32(step)],
    { dtype: x.dtype, shape },
    OPTIONS.stridedSlice(mask),
  );
}

/** Flips along axes, one after the other: the operator takes one. */
export function reverse(e: Emitter, x: Val, axes: readonly number[]): Val {
  return axes
    .filter((a) => x.shape[a] !== 1)
    .reduce((v, a) => e.op("REVERSE_V2", [v, e.int32([a])], { dtype: v.dtype, shape: v.shape }), x);
}

/** Adds `value` before and after along each axis; negative amounts cut. */
export function pad(e: Emitter, x: Val, low: readonly Dim[], high: readonly Dim[], value: Val): Val {
  const cut = (d: Dim): Dim => (dim.isStatic(d) && d < 0 ? -d : 0);
  const more = (d: Dim): Dim => (dim.isStatic(d) && d < 0 ? 0 : d);
  const axes = x.shape.map((_, i) => i);
  const inner = slice(
    e,
    x,
    axes,
    low.map(cut),
    x.shape.map((d, i) => dim.sub(d, cut(high[i]!))),
  );
  const [before, after] = [low.map(more), high.map(more)];
  if ([...before, ...after].every((d) => d === 0)) return inner;
  const shape = inner.shape.map((d, i) => dim.add(dim.add(d, before[i]!), after[i]!));
  const widths = reshape(e, e.sizes(before.flatMap((d, i) => [d, after[i]!])), [axes.length, 2]);
  return e.op("PADV2", [inner, widths, value], { dtype: x.dtype, shape });
}

/** As {@link pad}, with gaps between elements. */
export function padGeneral(
  e: Emitter,
  x: Val,
  value: Val,
  low: readonly Dim[],
  high: readonly Dim[],
  interior: readonly number[],
): Val {
  let result = x;
  interior.forEach((gap, axis) => {
    if (gap > 0 && result.shape[axis] !== 1 && result.shape[axis] !== 0) result = dilate(e, result, axis, gap, value);
  });
  return pad(e, result, low, high, value);
}

/** `gap` elements behind each along an axis, but for the last. Padding takes few axes, so the others are merged. */
function dilate(e: Emitter, x: Val, axis: number, gap: number, value: Val): Val {
  const size = x.shape[axis]!;
  const [before, after] = [dim.product(x.shape.slice(0, axis + 1)), dim.product(x.shape.slice(axis + 1))];
  const apart = reshape(e, x, [before, 1, after]);
  const spread = pad(e, apart, [0, 0, 0], [0, gap, 0], value);
  const joined = reshape(e, spread, x.shape.with(axis, dim.mul(size, gap + 1)));
  return slice(e, joined, [axis], [0], [dim.sub(dim.mul(size, gap + 1), gap)]);
}

export function gather(e: Emitter, x: Val, indices: Val, axis: number): Val {
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return e.op("GATHER", [x, indices], { dtype: x.dtype, shape }, OPTIONS.gather(axis));
}

/** Matrix product with NumPy's broadcasting of leading axes. */
export function matmul(e: Emitter, a: Val, b: Val): Val {
  const batch = broadcastShapes([a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const shape = [...batch, a.shape.at(-2)!, b.shape.at(-1)!];
  // Weights: one product over all rows.
  if (b.shape.length === 2 && isFloat(a.dtype)) {
    const turned = transposed(e, b);
    return e.op("FULLY_CONNECTED", [a, turned, null], { dtype: a.dtype, shape }, OPTIONS.fullyConnected());
  }
  return e.op("BATCH_MATMUL", [a, b], { dtype: a.dtype, shape }, OPTIONS.batchMatMul(false, false));
}

/** A matrix turned around: constants beforehand. */
function transposed(e: Emitter, x: Val): Val {
  const [rows, columns] = x.shape as readonly [number, number];
  if (!(x.data instanceof Float32Array)) return transpose(e, x, [1, 0]);
  const turned = new Float32Array(x.data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) turned[j * rows + i] = x.data[i * columns + j]!;
  return e.data(turned, [columns, rows], "float32", "weights", 0);
}

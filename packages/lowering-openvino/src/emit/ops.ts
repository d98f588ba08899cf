import { broadcastShapes, dim, reducedShape, type Dim, type DType, type Shape } from "@keras/ops";
import type { Emitter } from "./emitter.ts";
import { elementType, type Data, type Val } from "./ir.ts";

/* Layers with shape and type rules of their own, for emitters that need several. */

const NUMPY: Data = { auto_broadcast: "numpy" };
const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((d, i) => dim.equal(d, b[i]!));

export function cast(e: Emitter, x: Val, dtype: DType): Val {
  if (x.dtype === dtype) return x;
  return e.op("Convert", [x], { dtype, shape: x.shape }, { destination_type: elementType(dtype) });
}

export function unary(e: Emitter, type: string, x: Val, data: Data = {}, version = "opset1"): Val {
  return e.op(type, [x], { dtype: x.dtype, shape: x.shape }, data, version);
}

export function binary(e: Emitter, type: string, a: Val, b: Val, data: Data = {}, version = "opset1"): Val {
  return e.op(
    type,
    [a, b],
    { dtype: a.dtype, shape: broadcastShapes([a.shape, b.shape]) },
    { ...NUMPY, ...data },
    version,
  );
}

export function compare(e: Emitter, type: string, a: Val, b: Val): Val {
  return e.op(type, [a, b], { dtype: "bool", shape: broadcastShapes([a.shape, b.shape]) }, NUMPY);
}

export function select(e: Emitter, c: Val, a: Val, b: Val): Val {
  return e.op("Select", [c, a, b], { dtype: a.dtype, shape: broadcastShapes([c.shape, a.shape, b.shape]) }, NUMPY);
}

export const like = (e: Emitter, value: number, x: Val): Val => e.scalar(value, x.dtype);

export function reshape(e: Emitter, x: Val, shape: Shape): Val {
  if (sameShape(x.shape, shape)) return x;
  return e.op(
    "Reshape",
    [x, reshapeTarget(e, x.shape, shape)],
    { dtype: x.dtype, shape },
    { special_zero: !shape.includes(0) },
  );
}

function reshapeTarget(e: Emitter, from: Shape, to: Shape): Val {
  if (to.every(dim.isStatic)) return e.int64(to);
  if (!to.includes(0)) {
    // 0 copies the size at the same place, -1 is inferred.
    const codes = to.map((d, i) => (dim.isStatic(d) ? d : i < from.length && dim.equal(from[i]!, d) ? 0 : -1));
    if (codes.filter((c) => c === -1).length <= 1) return e.int64(codes);
  }
  return e.sizes(to);
}

export function transpose(e: Emitter, x: Val, perm: readonly number[]): Val {
  if (perm.every((p, i) => p === i)) return x;
  return e.op("Transpose", [x, e.int64(perm)], { dtype: x.dtype, shape: perm.map((p) => x.shape[p]!) });
}

export function broadcast(e: Emitter, x: Val, shape: Shape): Val {
  if (sameShape(x.shape, shape)) return x;
  const lead = shape.length - x.shape.length;
  // 1 keeps a size that is there already.
  const target = shape.map((d, i) => (i >= lead && dim.equal(x.shape[i - lead]!, d) && d !== 0 ? 1 : d));
  return e.op("Broadcast", [x, e.sizes(target)], { dtype: x.dtype, shape }, { mode: "bidirectional" }, "opset3");
}

export function reduce(e: Emitter, type: string, x: Val, axes: readonly number[], keepdims: boolean): Val {
  if (axes.length === 0) return x;
  return e.op(
    type,
    [x, e.int64(axes)],
    { dtype: x.dtype, shape: reducedShape(x.shape, axes, keepdims) },
    { keep_dims: keepdims },
  );
}

export function concat(e: Emitter, xs: readonly Val[], axis: number): Val {
  if (xs.length === 1) return xs[0]!;
  const size = xs.map((x) => x.shape[axis]!).reduce(dim.add);
  return e.op("Concat", xs, { dtype: xs[0]!.dtype, shape: xs[0]!.shape.with(axis, size) }, { axis });
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
  const kept = axes
    .map((_, i) => i)
    .filter((i) => !(starts[i] === 0 && strides[i] === 1 && dim.equal(limits[i]!, x.shape[axes[i]!]!)));
  if (kept.length === 0) return x;
  const shape = [...x.shape];
  for (const i of kept) shape[axes[i]!] = dim.ceildiv(dim.sub(limits[i]!, starts[i]!), strides[i]!);
  const inputs = [
    x,
    e.sizes(kept.map((i) => starts[i]!)),
    e.sizes(kept.map((i) => limits[i]!)),
    e.int64(kept.map((i) => strides[i]!)),
    e.int64(kept.map((i) => axes[i]!)),
  ];
  return e.op("Slice", inputs, { dtype: x.dtype, shape }, {}, "opset8");
}

/** Flips along axes. */
export function reverse(e: Emitter, x: Val, axes: readonly number[]): Val {
  const real = axes.filter((a) => x.shape[a] !== 1);
  if (real.length === 0) return x;
  const each = (v: number): Val => e.int64(real.map(() => v));
  return e.op(
    "Slice",
    [x, each(-1), each(-(2 ** 31) + 1), each(-1), e.int64(real)],
    { dtype: x.dtype, shape: x.shape },
    {},
    "opset8",
  );
}

/** Adds `value` before and after along each axis; negative amounts cut. */
export function pad(e: Emitter, x: Val, low: readonly Dim[], high: readonly Dim[], value: Val): Val {
  if ([...low, ...high].every((d) => d === 0)) return x;
  const shape = x.shape.map((d, i) => dim.add(dim.add(d, low[i]!), high[i]!));
  return e.op(
    "Pad",
    [x, e.sizes(low), e.sizes(high), value],
    { dtype: x.dtype, shape },
    { pad_mode: "constant" },
    "opset12",
  );
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

/** `gap` elements behind each along an axis, but for the last. */
function dilate(e: Emitter, x: Val, axis: number, gap: number, value: Val): Val {
  const size = x.shape[axis]!;
  const apart = reshape(e, x, x.shape.toSpliced(axis + 1, 0, 1));
  const none = apart.shape.map(() => 0);
  const spread = pad(e, apart, none, none.with(axis + 1, gap), value);
  const joined = reshape(e, spread, x.shape.with(axis, dim.mul(size, gap + 1)));
  return slice(e, joined, [axis], [0], [dim.sub(dim.mul(size, gap + 1), gap)]);
}

export function gather(e: Emitter, x: Val, indices: Val, axis: number): Val {
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return e.op("Gather", [x, indices, e.scalar(axis, "int64")], { dtype: x.dtype, shape }, { batch_dims: 0 }, "opset8");
}

/** Matrix product with NumPy's broadcasting of leading axes. */
export function matmul(e: Emitter, a: Val, b: Val, transA = false, transB = false): Val {
  const batch = broadcastShapes([a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const shape = [...batch, a.shape.at(transA ? -1 : -2)!, b.shape.at(transB ? -2 : -1)!];
  return e.op("MatMul", [a, b], { dtype: a.dtype, shape }, { transpose_a: transA, transpose_b: transB });
}

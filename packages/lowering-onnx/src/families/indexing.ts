import { dim, isFloat, type Dim, type GraphNode } from "@keras/ops";
import { conditional } from "../emit/branches.ts";
import { binary, broadcast, cast, compare, concat, fill, gather, reduce, reshape, slice, where } from "../emit/ops.ts";
import type { EmitterTable } from "../emit/table.ts";
import type { Emitter, Result } from "../emit/emitter.ts";
import type { Val } from "../emit/value.ts";

/** Indices in a type that ONNX's indexing operators take. */
const indexType = (e: Emitter, indices: Val): Val =>
  indices.dtype === "int32" || indices.dtype === "int64"
    ? indices
    : cast(e, indices, indices.dtype.endsWith("32") ? "int64" : "int32");

const hasZero = (x: Val): boolean => x.shape.some((d) => d === 0);

/** Which indices are inside; the last axis of `indices` holds one index per size. */
function inside(e: Emitter, indices: Val, sizes: Val): Val {
  const zero = e.scalar(0, indices.dtype);
  const each = binary(
    e,
    "And",
    compare(e, "GreaterOrEqual", indices, zero),
    compare(e, "Less", indices, cast(e, sizes, indices.dtype)),
  );
  return reduce(e, "ReduceMin", each, [indices.shape.length - 1], false);
}

/** Whether it is known that no index of a constant is outside. */
function knownInside(indices: Val, sizes: readonly Dim[]): boolean {
  const { range } = indices;
  return range !== undefined && range[0] >= 0 && sizes.every((d) => dim.isStatic(d) && range[1] < d);
}

/**
 * Guards an operator that fails on an index outside: one test over the indices chooses between the operator as it is and a slower
 * version that works around those outside.
 */
function guarded(e: Emitter, valid: Val, result: Result, fast: (e: Emitter) => Val, safe: (e: Emitter) => Val): Val {
  const axes = valid.shape.map((_, i) => i);
  const all = reshape(e, reduce(e, "ReduceMin", valid, axes, false), []);
  return conditional(
    e,
    all,
    [result],
    (b) => [fast(b)],
    (b) => [safe(b)],
  )[0]!;
}

/** What reading outside gives. */
const missing = (e: Emitter, x: Val): Val =>
  e.scalar(isFloat(x.dtype) ? Number.NaN : x.dtype === "bool" ? false : 0, x.dtype);

function gatherSafely(e: Emitter, node: GraphNode, x: Val, given: Val): Val {
  const { axis } = node.attrs as { axis: number };
  const { shape } = node.outputs[0]!;
  const result = { dtype: x.dtype, shape };
  const indices = indexType(e, given);
  const size = x.shape[axis]!;
  if (!e.isRuntime || knownInside(indices, [size]) || shape.some((d) => d === 0)) return gather(e, x, indices, axis);
  if (hasZero(x)) return broadcast(e, missing(e, x), shape);
  const sizes = e.symbols.size(e, size);
  const valid = inside(e, reshape(e, indices, [...indices.shape, 1]), sizes);
  return guarded(
    e,
    valid,
    result,
    (b) => gather(b, x, indices, axis),
    (b) => {
      const read = gather(b, x, where(b, valid, indices, b.scalar(0, indices.dtype)), axis);
      const mask = reshape(b, valid, [
        ...x.shape.slice(0, axis).map(() => 1),
        ...indices.shape,
        ...x.shape.slice(axis + 1).map(() => 1),
      ]);
      return where(b, mask, read, missing(b, x));
    },
  );
}

function gatherNd(e: Emitter, node: GraphNode, x: Val, given: Val): Val {
  const { batchDims } = node.attrs as { batchDims: number };
  const { shape } = node.outputs[0]!;
  const depth = given.shape.at(-1) as number;
  const result = { dtype: x.dtype, shape };
  if (depth === 0)
    return broadcast(
      e,
      reshape(e, x, [
        ...x.shape.slice(0, batchDims),
        ...given.shape.slice(batchDims, -1).map(() => 1),
        ...x.shape.slice(batchDims),
      ]),
      shape,
    );
  const sizes = x.shape.slice(batchDims, batchDims + depth);
  const indices = cast(e, given, "int64");
  const read = (b: Emitter, at: Val): Val => b.op("GatherND", [x, at], { batch_dims: batchDims }, result);
  if (shape.some((d) => d === 0)) return fill(e, isFloat(x.dtype) ? 0 : x.dtype === "bool" ? false : 0, shape, x.dtype);
  if (!e.isRuntime || knownInside(given, sizes)) return read(e, indices);
  if (hasZero(x)) return broadcast(e, missing(e, x), shape);
  const valid = inside(e, indices, e.symbols.shape(e, sizes));
  return guarded(
    e,
    valid,
    result,
    (b) => read(b, indices),
    (b) => {
      const inner = shape.length - valid.shape.length;
      const at = where(b, reshape(b, valid, [...valid.shape, 1]), indices, b.scalar(0, "int64"));
      return where(
        b,
        reshape(b, valid, [...valid.shape, ...new Array<number>(inner).fill(1)]),
        read(b, at),
        missing(b, x),
      );
    },
  );
}

/** ONNX's names of the ways in which an update meets what is there. */
const REDUCTION: Readonly<Record<string, string>> = {
  set: "none",
  add: "add",
  multiply: "mul",
  min: "min",
  max: "max",
};

function scatterNd(e: Emitter, node: GraphNode, x: Val, given: Val, updates: Val): Val {
  const { mode } = node.attrs as { mode: string };
  const depth = given.shape.at(-1) as number;
  const attributes = { reduction: REDUCTION[mode]! };
  const result = { dtype: x.dtype, shape: x.shape };
  if (updates.shape.some((d) => d === 0) || hasZero(x)) return x;
  const indices = cast(e, given, "int64");
  const write = (b: Emitter, target: Val, at: Val): Val =>
    b.op("ScatterND", [target, at, updates], attributes, { dtype: x.dtype, shape: target.shape });
  const sizes = x.shape.slice(0, depth);
  if (!e.isRuntime || knownInside(given, sizes) || depth === 0) return write(e, x, indices);
  const valid = inside(e, indices, e.symbols.shape(e, sizes));
  return guarded(
    e,
    valid,
    result,
    (b) => write(b, x, indices),
    (b) => {
      // Updates outside go to an extra row at the end, which is cut off again.
      const rows = dim.product(sizes);
      const rest = x.shape.slice(depth);
      const steps = sizes.map((_, i) => dim.product(sizes.slice(i + 1)));
      const weighted = binary(b, "Mul", indices, b.symbols.shape(b, steps));
      const position = b.op(
        "ReduceSum",
        [weighted, b.int64([indices.shape.length - 1])],
        { keepdims: 1 },
        { dtype: "int64", shape: [...indices.shape.slice(0, -1), 1] },
      );
      const at = where(b, reshape(b, valid, [...valid.shape, 1]), position, b.symbols.size(b, rows));
      const extra = fill(b, x.dtype === "bool" ? false : 0, [1, ...rest], x.dtype);
      const longer = concat(b, [reshape(b, x, [rows, ...rest]), extra], 0);
      return reshape(b, slice(b, write(b, longer, at), [0], [0], [rows]), x.shape);
    },
  );
}

export const indexing: EmitterTable = {
  gather: { emit: (e, node, [x, indices]) => gatherSafely(e, node, x!, indices!) },
  gather_nd: { emit: (e, node, [x, indices]) => gatherNd(e, node, x!, indices!) },
  scatter_nd: {
    rounds: true,
    supports: ([x], attrs) => x!.dtype !== "bool" || (attrs as { mode?: string }).mode === "set",
    emit: (e, node, [x, indices, updates]) => scatterNd(e, node, x!, indices!, updates!),
  },
};

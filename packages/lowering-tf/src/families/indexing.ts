import { dim, isFloat, type Dim } from "@keras/ops";
import {
  binary,
  broadcast,
  cast,
  compare,
  concat,
  dtypeOf,
  fill,
  gather,
  isComplexVal,
  reduce,
  reshape,
  slice,
  where,
  zero,
} from "../emit/ops.ts";
import type { EmitterTable, NodeLike } from "../emit/table.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/value.ts";

/** Indices in a type that TensorFlow's indexing operators take. */
function indexType(e: Emitter, indices: Val): Val {
  if (indices.dtype === "int32" || indices.dtype === "int64") return indices;
  return cast(e, indices, dtypeOf(indices).endsWith("32") || indices.dtype === "uint64" ? "int64" : "int32");
}

const hasZero = (x: Val): boolean => x.shape.includes(0);

/** Which indices are inside; the last axis of `indices` holds one index per size. */
function inside(e: Emitter, indices: Val, sizes: Val): Val {
  const lower = compare(e, "GreaterEqual", indices, zero(e, dtypeOf(indices)));
  const upper = compare(e, "Less", indices, cast(e, sizes, dtypeOf(indices)));
  return reduce(e, "All", binary(e, "LogicalAnd", lower, upper), [indices.shape.length - 1], false);
}

/** Whether it is known that no index of a constant is outside. */
function knownInside({ data }: Val, sizes: readonly Dim[]): boolean {
  if (!data || !sizes.every(dim.isStatic)) return false;
  const least = Math.min(...(sizes as readonly number[]));
  return data.values.length <= 4096 && Array.from(data.values as ArrayLike<number>).every((i) => i >= 0 && i < least);
}

/** What reading outside gives. */
const missing = (e: Emitter, x: Val): Val =>
  isFloat(dtypeOf(x)) || isComplexVal(x) ? e.scalar(Number.NaN, dtypeOf(x)) : zero(e, dtypeOf(x));

/** TensorFlow fails on an index outside, and an engine must not: 0 is read in its place, and the result replaced. */
function gatherSafely(e: Emitter, node: NodeLike, x: Val, given: Val): Val {
  const { axis } = node.attrs as { axis: number };
  const { shape } = node.outputs[0]!;
  const indices = indexType(e, given);
  const size = x.shape[axis]!;
  if (!e.isRuntime || knownInside(given, [size])) return gather(e, x, indices, axis);
  if (shape.includes(0)) return fill(e, x.dtype === "bool" ? false : 0, shape, dtypeOf(x));
  if (hasZero(x)) return broadcast(e, missing(e, x), shape);
  const valid = inside(e, reshape(e, indices, [...indices.shape, 1]), reshape(e, e.size(size), [1]));
  const read = gather(e, x, where(e, valid, indices, zero(e, dtypeOf(indices))), axis);
  const before = x.shape.slice(0, axis).map(() => 1);
  const after = x.shape.slice(axis + 1).map(() => 1);
  return where(e, reshape(e, valid, [...before, ...indices.shape, ...after]), read, missing(e, x));
}

const ones = (count: number): number[] => new Array<number>(count).fill(1);

/** Positions in a matrix of rows for indices of several axes: [..., depth] → [...]. */
function flatPositions(e: Emitter, indices: Val, sizes: readonly Dim[]): Val {
  const steps = e.shape(sizes.map((_, i) => dim.product(sizes.slice(i + 1))));
  const weighted = binary(e, "Mul", indices, cast(e, steps, dtypeOf(indices)));
  return reduce(e, "Sum", weighted, [indices.shape.length - 1], false);
}

function gatherNd(e: Emitter, node: NodeLike, x: Val, given: Val): Val {
  const { batchDims } = node.attrs as { batchDims: number };
  const { shape } = node.outputs[0]!;
  const depth = given.shape.at(-1) as number;
  const lead = x.shape.slice(0, batchDims);
  if (depth === 0) {
    const inserted = given.shape.slice(batchDims, -1).map(() => 1);
    return broadcast(e, reshape(e, x, [...lead, ...inserted, ...x.shape.slice(batchDims)]), shape);
  }
  if (shape.includes(0)) return fill(e, x.dtype === "bool" ? false : 0, shape, dtypeOf(x));
  const sizes = x.shape.slice(batchDims, batchDims + depth);
  if (e.isRuntime && hasZero(x)) return broadcast(e, missing(e, x), shape);
  const indices = indexType(e, given);
  const isChecked = e.isRuntime && !knownInside(given, sizes);
  const valid = isChecked ? inside(e, indices, e.shape(sizes)) : null;
  const safe = valid ? where(e, reshape(e, valid, [...valid.shape, 1]), indices, zero(e, dtypeOf(indices))) : indices;
  const rest = x.shape.slice(batchDims + depth);
  // The addressed axes become one, and indices positions along it: GatherV2 knows batches, GatherNd does not.
  const rows = reshape(e, x, [...lead, dim.product(sizes), ...rest]);
  const read = reshape(e, gather(e, rows, flatPositions(e, safe, sizes), batchDims, batchDims), shape);
  if (!valid) return read;
  return where(e, reshape(e, valid, [...valid.shape, ...ones(rest.length)]), read, missing(e, x));
}

const SCATTER: Readonly<Record<string, string>> = {
  set: "TensorScatterUpdate",
  add: "TensorScatterAdd",
  min: "TensorScatterMin",
  max: "TensorScatterMax",
};

function scatterNd(e: Emitter, node: NodeLike, x: Val, given: Val, updates: Val): Val {
  const { mode } = node.attrs as { mode: string };
  if (hasZero(updates) || hasZero(x)) return x;
  const depth = given.shape.at(-1) as number;
  const sizes = x.shape.slice(0, depth);
  const rest = x.shape.slice(depth);
  const indices = indexType(e, given);
  const isChecked = depth > 0 && e.isRuntime && !knownInside(given, sizes);
  if (!isChecked && mode !== "multiply" && depth > 0)
    return e.op(SCATTER[mode]!, [x, indices, updates], {}, { dtype: x.dtype, shape: x.shape });
  // Updates outside go to an extra row at the end, which is cut off again.
  const rows = dim.product(sizes);
  const count = dim.product(given.shape.slice(0, -1));
  const plain = depth === 0 ? fill(e, 0, given.shape.slice(0, -1), dtypeOf(indices)) : flatPositions(e, indices, sizes);
  const end = cast(e, e.size(rows), dtypeOf(indices));
  const position = isChecked ? where(e, inside(e, indices, e.shape(sizes)), plain, end) : plain;
  const matrix = reshape(e, x, [rows, ...rest]);
  const flatUpdates = reshape(e, updates, [count, ...rest]);
  if (mode === "multiply") {
    const total = dim.add(rows, 1);
    const operands = [flatUpdates, reshape(e, position, [count]), e.size(total)];
    const products = e.op("UnsortedSegmentProd", operands, {}, { dtype: x.dtype, shape: [total, ...rest] });
    return reshape(e, binary(e, "Mul", matrix, slice(e, products, [0], [0], [rows])), x.shape);
  }
  const longer = concat(e, [matrix, fill(e, x.dtype === "bool" ? false : 0, [1, ...rest], dtypeOf(x))], 0);
  const result = { dtype: x.dtype, shape: longer.shape };
  const written = e.op(SCATTER[mode]!, [longer, reshape(e, position, [count, 1]), flatUpdates], {}, result);
  return reshape(e, slice(e, written, [0], [0], [rows]), x.shape);
}

export const indexing: EmitterTable = {
  gather: { emit: (e, node, [x, indices]) => gatherSafely(e, node, x!, indices!) },
  gather_nd: { emit: (e, node, [x, indices]) => gatherNd(e, node, x!, indices!) },
  scatter_nd: {
    supports: ([x], attrs) => x!.dtype !== "bool" || (attrs as { mode?: string }).mode === "set",
    emit: (e, node, [x, indices, updates]) => scatterNd(e, node, x!, indices!, updates!),
  },
};

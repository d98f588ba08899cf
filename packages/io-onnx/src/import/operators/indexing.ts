import * as k from "@keras/ops";
import type { Call, OperatorTable } from "../call.ts";

type T = k.Tensor;

/** Indices count from the end where they are negative. */
const wrapped = (indices: T, size: k.Dim): T => k.where(k.less(indices, 0), k.add(indices, size as number), indices);

function gather(c: Call): T {
  const [x, indices] = [c.tensor(0), c.tensor(1)];
  return k.take(x, indices, { axis: c.axis("axis", 0, x.ndim) });
}

/** The flat position of each row of indices in the first axes of `shape`. */
function flatPositions(indices: T, shape: readonly k.Dim[]): T {
  const depth = indices.shape.at(-1)!;
  let position: T | null = null;
  for (let i = 0; i < depth; i++) {
    const at = wrapped(k.getItem(indices, "..." as never, i), shape[i]!);
    position = position ? k.add(k.multiply(position, shape[i]! as number), at) : at;
  }
  return position!;
}

function gatherNd(c: Call): T {
  const [x, indices] = [c.tensor(0), c.tensor(1)];
  const batch = c.int("batch_dims", 0);
  const depth = indices.shape.at(-1)!;
  const lead = x.shape.slice(0, batch);
  const inner = x.shape.slice(batch, batch + depth);
  const rest = x.shape.slice(batch + depth);
  let position = flatPositions(indices, inner);
  const n = k.dim.product(lead) as number;
  const size = k.dim.product(inner) as number;
  const flat = k.reshape(x, [n * size, ...rest]);
  if (batch > 0) {
    const offsets = k.reshape(k.multiply(k.arange(n, { dtype: indices.dtype }), size), [
      ...lead,
      ...position.shape.slice(batch).map(() => 1),
    ]);
    position = k.add(position, offsets);
  }
  return k.take(flat, position, { axis: 0 });
}

const REDUCTION: Readonly<Record<string, "add" | "max" | "min" | "mul" | null>> = {
  none: null,
  add: "add",
  mul: "mul",
  max: "max",
  min: "min",
};

function scatterNd(c: Call): T {
  const [x, indices, updates] = [c.tensor(0), c.tensor(1), c.tensor(2)];
  const depth = indices.shape.at(-1)!;
  const parts = Array.from({ length: depth }, (_, i) => wrapped(k.getItem(indices, "..." as never, i), x.shape[i]!));
  return k.scatterUpdate(x, k.stack(parts, { axis: -1 }), updates, {
    reduction: REDUCTION[c.text("reduction", "none")]!,
  });
}

/** Indices of every element of a shape, with those along `axis` replaced. */
function addresses(indices: T, axis: number, size: k.Dim): T {
  const grids = indices.shape.map((d, i) => {
    if (i === axis) return wrapped(indices, size);
    const line = k.reshape(
      k.arange(d, { dtype: indices.dtype }),
      indices.shape.map((_, j) => (j === i ? d : 1)),
    );
    return k.broadcastTo(line, indices.shape);
  });
  return k.stack(grids, { axis: -1 });
}

function scatterElements(c: Call): T {
  const [x, indices, updates] = [c.tensor(0), c.tensor(1), c.tensor(2)];
  const axis = c.axis("axis", 0, x.ndim);
  return k.scatterUpdate(x, addresses(indices, axis, x.shape[axis]!), updates, {
    reduction: REDUCTION[c.text("reduction", "none")]!,
  });
}

function gatherElements(c: Call): T {
  const [x, indices] = [c.tensor(0), c.tensor(1)];
  const axis = c.axis("axis", 0, x.ndim);
  const cut = x.shape.map((_, i) => (i === axis ? {} : { stop: indices.shape[i]! }));
  return k.takeAlongAxis(k.getItem(x, ...cut), wrapped(indices, x.shape[axis]!), { axis });
}

function topK(c: Call): T[] {
  const x = c.tensor(0);
  const count = c.int("k") ?? c.fixed(1)![0]!;
  const axis = c.axis("axis", -1, x.ndim);
  const largest = c.int("largest", 1) === 1;
  const last = k.moveaxis(x, axis, -1);
  const order = k.argsort(largest && !k.isUnsigned(x.dtype) ? k.negative(last) : last, { axis: -1 });
  // Unsigned numbers have no negative: their order is turned around, which turns ties around as well.
  const sorted = largest && k.isUnsigned(x.dtype) ? reversedStable(last) : order;
  const indices = k.getItem(sorted, "..." as never, { stop: count });
  return [
    k.moveaxis(k.takeAlongAxis(last, indices, { axis: -1 }), -1, axis),
    k.cast(k.moveaxis(indices, -1, axis), "int64"),
  ];
}

function reversedStable(x: T): T {
  const n = x.shape.at(-1)!;
  const order = k.argsort(k.flip(x, { axis: -1 }), { axis: -1 });
  return k.subtract(n - 1, k.flip(order, { axis: -1 }));
}

function oneHot(c: Call): T {
  const [indices, values] = [c.tensor(0), c.tensor(2)];
  const depth = c.fixed(1)![0]!;
  const rank = indices.ndim + 1;
  const axis = c.axis("axis", -1, rank);
  const at = k.cast(wrapped(k.cast(indices, "int32"), depth), "int32");
  const line = k.reshape(
    k.arange(depth, { dtype: "int32" }),
    Array.from({ length: rank }, (_, i) => (i === axis ? depth : 1)),
  );
  const hit = k.equal(k.expandDims(at, axis), line);
  return k.where(hit, k.getItem(values, 1), k.getItem(values, 0));
}

function compress(c: Call): T {
  const x = c.tensor(0);
  const kept = (c.fixed(1) ?? []).map((v, i) => (v ? i : -1)).filter((i) => i >= 0);
  const indices = k.cast(k.array(kept), "int32");
  if (!c.has("axis")) return k.take(k.ravel(x), indices, { axis: 0 });
  return k.take(x, indices, { axis: c.axis("axis", 0, x.ndim) });
}

function reverseSequence(c: Call): T {
  const [x, lengths] = [c.tensor(0), c.tensor(1)];
  const [time, batch] = [c.int("time_axis", 0), c.int("batch_axis", 1)];
  const n = x.shape[time]!;
  const steps = k.arange(n, { dtype: "int32" });
  const size = k.expandDims(k.cast(lengths, "int32"), 1);
  const at = k.where(k.less(steps, size), k.subtract(k.subtract(size, 1), steps), steps);
  const grid = time < batch ? k.transpose(at) : at;
  const full = k.reshape(
    grid,
    x.shape.map((d, i) => (i === time || i === batch ? d : 1)),
  );
  return k.takeAlongAxis(x, k.broadcastTo(full, x.shape), { axis: time });
}

export const indexing: OperatorTable = {
  Gather: gather,
  GatherND: gatherNd,
  GatherElements: gatherElements,
  ScatterND: scatterNd,
  ScatterElements: scatterElements,
  Scatter: scatterElements,
  TopK: topK,
  OneHot: oneHot,
  Compress: compress,
  ReverseSequence: reverseSequence,
  NonZero: (c) => k.cast(k.stack(k.nonzero(c.tensor(0)) as never, { axis: 0 }), "int64"),
};

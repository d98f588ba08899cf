import { dim, isFloat, type GraphNode } from "@keras/ops";
import type { Emitter, Val } from "../emit/emitter.ts";
import { cast, compare, like, reduce, reshape, reverse, slice, pad, transpose, unary } from "../emit/ops.ts";
import { OPTIONS, type OperatorName } from "../emit/schema.ts";
import type { EmitterTable, OpEmitter } from "../emit/table.ts";

interface ReduceAttrs {
  readonly axis: readonly number[];
  readonly keepdims: boolean;
}

const numeric = (dtype: string): boolean =>
  dtype.startsWith("float") || dtype === "bfloat16" || dtype === "int32" || dtype === "int64";
const reduction = (name: OperatorName, logic?: OperatorName): OpEmitter => ({
  supports: ([x]) => (x!.dtype === "bool" ? logic !== undefined : numeric(x!.dtype)),
  emit: (e, node, [x]) => {
    const { axis, keepdims } = node.attrs as unknown as ReduceAttrs;
    return reduce(e, x!.dtype === "bool" ? logic! : name, x!, axis, keepdims);
  },
});

/** The index of an extremum; of equal ones the first. */
function place(e: Emitter, node: GraphNode, x: Val, max: boolean): Val {
  const { axis } = node.attrs as { axis: number };
  const numbers = x.dtype === "bool" ? cast(e, x, "int32") : x;
  const shape = x.shape.toSpliced(axis, 1);
  const found = e.op(
    max ? "ARG_MAX" : "ARG_MIN",
    [numbers, e.scalar(axis, "int32")],
    { dtype: "int32", shape },
    OPTIONS.argExtremum(max),
  );
  return reshape(e, found, node.outputs[0]!.shape);
}

/** Brings an axis last, and back. */
function onLast(e: Emitter, x: Val, axis: number, fn: (x: Val) => readonly Val[]): readonly Val[] {
  const rank = x.shape.length;
  const swap = x.shape.map((_, i) => (i === axis ? rank - 1 : i === rank - 1 ? axis : i));
  return fn(transpose(e, x, swap)).map((y) => transpose(e, y, swap));
}

/** The largest values along the last axis with their places; negated, the smallest. */
function topK(e: Emitter, x: Val, k: Val, count: Val["shape"][number], smallest: boolean): readonly Val[] {
  const shape = x.shape.with(x.shape.length - 1, count);
  const numbers = x.dtype === "bool" ? cast(e, x, "int32") : x;
  const given = smallest ? unary(e, "NEG", numbers) : numbers;
  const [values, indices] = e.ops(
    "TOPK_V2",
    [given, k],
    [
      { dtype: given.dtype, shape },
      { dtype: "int32", shape },
    ],
  );
  const back = smallest ? unary(e, "NEG", values!) : values!;
  return [x.dtype === "bool" ? compare(e, "NOT_EQUAL", back, like(e, 0, back)) : back, indices!];
}

function sorted(e: Emitter, node: GraphNode, x: Val, which: 0 | 1): Val {
  const { axis } = node.attrs as { axis: number };
  const size = x.shape[axis]!;
  return onLast(e, x, axis, (v) =>
    topK(e, v, dim.isStatic(size) ? e.scalar(size, "int32") : reshape(e, e.size(size), []), size, true),
  )[which]!;
}

const sortable: NonNullable<OpEmitter["supports"]> = ([x]) =>
  isFloat(x!.dtype) || x!.dtype === "int32" || x!.dtype === "bool";

function cumulative(e: Emitter, node: GraphNode, x: Val): Val {
  const attrs = node.attrs as { axis: number; reverse?: boolean; exclusive?: boolean };
  return e.op(
    "CUMSUM",
    [x, e.scalar(attrs.axis, "int32")],
    { dtype: x.dtype, shape: x.shape },
    OPTIONS.cumsum(attrs.exclusive ?? false, attrs.reverse ?? false),
  );
}

/** Running products by doubling: each element times the one 1, 2, 4, … places before it. */
function cumprod(e: Emitter, node: GraphNode, x: Val): Val {
  const attrs = node.attrs as { axis: number; reverse?: boolean; exclusive?: boolean };
  const { axis } = attrs;
  const size = x.shape[axis] as number;
  const shifted = (v: Val, by: number): Val => {
    const at = (n: number): number[] => v.shape.map((_, i) => (i === axis ? n : 0));
    return pad(e, slice(e, v, [axis], [0], [size - by]), at(by), at(0), like(e, 1, v));
  };
  let y = attrs.reverse ? reverse(e, x, [axis]) : x;
  for (let by = 1; by < size; by *= 2)
    y = e.op("MUL", [y, shifted(y, by)], { dtype: y.dtype, shape: y.shape }, OPTIONS.mul());
  if (attrs.exclusive) y = shifted(y, 1);
  return attrs.reverse ? reverse(e, y, [axis]) : y;
}

export const reductions: EmitterTable = {
  sum: reduction("SUM"),
  prod: reduction("REDUCE_PROD"),
  max: reduction("REDUCE_MAX", "REDUCE_ANY"),
  min: reduction("REDUCE_MIN", "REDUCE_ALL"),
  any: reduction("REDUCE_ANY", "REDUCE_ANY"),
  all: reduction("REDUCE_ALL", "REDUCE_ALL"),
  argmax: { supports: sortable, emit: (e, node, [x]) => place(e, node, x!, true) },
  argmin: { supports: sortable, emit: (e, node, [x]) => place(e, node, x!, false) },
  cumsum: { supports: ([x]) => numeric(x!.dtype), emit: (e, node, [x]) => cumulative(e, node, x!) },
  cumprod: {
    supports: ([x], attrs) =>
      numeric(x!.dtype) && dim.isStatic(x!.shape[(attrs as { axis: number }).axis]!) && x!.shape.length <= 5,
    emit: (e, node, [x]) => cumprod(e, node, x!),
  },
  sort: { supports: sortable, emit: (e, node, [x]) => sorted(e, node, x!, 0) },
  argsort: { supports: sortable, emit: (e, node, [x]) => sorted(e, node, x!, 1) },
  top_k: {
    supports: sortable,
    emit: (e, node, [x]) => {
      const { k } = node.attrs as { k: number };
      return topK(e, x!, e.scalar(k, "int32"), k, false);
    },
  },
};

import * as k from "@keras/ops";
import type { Call, Operator, OperatorTable } from "../call.ts";

type T = k.Tensor;
interface Over {
  readonly axis: readonly number[];
  readonly keepdims: boolean;
}

/** A reduction: its axes are an attribute or the second operand, none mean all unless `noop_with_empty_axes`. */
const reduction =
  (fn: (x: T, over: Over) => T, before: (x: T) => T = (x) => x): Operator =>
  (c) => {
    const x = before(c.tensor(0));
    const axes = c.axes(1, x.ndim);
    if ((axes === null || axes.length === 0) && c.int("noop_with_empty_axes", 0) === 1)
      return fn(x, { axis: [], keepdims: true });
    const axis = axes === null || axes.length === 0 ? x.shape.map((_, i) => i) : axes;
    return fn(x, { axis, keepdims: c.int("keepdims", 1) === 1 });
  };

const sum = (x: T, o: Over): T => k.cast(k.sum(x, o), x.dtype);
const logSumExp = (x: T, o: Over): T => {
  if (o.axis.length === 0) return x;
  return k.logsumexp(k.isFloat(x.dtype) ? x : k.cast(x, "float64"), o as never);
};

const extreme = (fn: (x: T, o: Over) => T): Operator =>
  reduction((x, o) => (x.dtype === "bool" ? k.cast(fn(k.cast(x, "int32"), o), "bool") : fn(x, o)));

/** What the extremum of nothing is: the end of the type's range. */
function ofNothing(x: T, { axis }: Over, sign: 1 | -1): { initial?: number } {
  if (!axis.some((a) => x.shape[a] === 0)) return {};
  if (k.isFloat(x.dtype)) return { initial: sign * Number.POSITIVE_INFINITY };
  return { initial: sign > 0 ? 1 : 0 };
}

/** The place of the first or, if asked, last extremum. */
const place =
  (fn: (x: T, axis: number) => T): Operator =>
  (c) => {
    const x = c.tensor(0);
    const axis = c.axis("axis", 0, x.ndim);
    const last = c.int("select_last_index", 0) === 1;
    const found = last ? k.subtract(k.subtract(x.shape[axis]!, 1), fn(k.flip(x, { axis }), axis)) : fn(x, axis);
    const kept = c.int("keepdims", 1) === 1 ? k.expandDims(found, axis) : found;
    return k.cast(kept, "int64");
  };

function cumulative(c: Call, fn: (x: T, axis: number) => T, neutral: number): T {
  const x = c.tensor(0);
  const axis = k.normalizeAxis(c.fixed(1)![0]!, x.ndim, c.node.opType);
  const turned = c.int("reverse", 0) === 1 ? k.flip(x, { axis }) : x;
  let result = k.cast(fn(turned, axis), x.dtype);
  if (c.int("exclusive", 0) === 1) {
    const widths = x.shape.map((_, i): [number, number] => (i === axis ? [1, 0] : [0, 0]));
    const cut = x.shape.map((_, i) => (i === axis ? { stop: -1 } : {}));
    result = k.pad(k.getItem(result, ...cut), widths, { constantValues: k.cast(k.array(neutral), x.dtype) });
  }
  return c.int("reverse", 0) === 1 ? k.flip(result, { axis }) : result;
}

export const reductions: OperatorTable = {
  ReduceSum: reduction(sum),
  ReduceMean: reduction((x, o) => k.cast(k.mean(x, o), x.dtype)),
  ReduceMax: extreme((x, o) => k.max(x, { ...o, ...ofNothing(x, o, -1) })),
  ReduceMin: extreme((x, o) => k.min(x, { ...o, ...ofNothing(x, o, 1) })),
  ReduceProd: reduction((x, o) => k.cast(k.prod(x, o), x.dtype)),
  ReduceL1: reduction((x, o) => sum(k.abs(x), o)),
  ReduceL2: reduction((x, o) => k.cast(k.sqrt(k.sum(k.square(x), o)), x.dtype)),
  ReduceSumSquare: reduction((x, o) => sum(k.square(x), o)),
  ReduceLogSum: reduction((x, o) => k.log(k.sum(x, o))),
  ReduceLogSumExp: reduction(logSumExp),
  ArgMax: place((x, axis) => k.argmax(x, { axis })),
  ArgMin: place((x, axis) => k.argmin(x, { axis })),
  CumSum: (c) => cumulative(c, (x, axis) => k.cumsum(x, { axis }), 0),
  CumProd: (c) => cumulative(c, (x, axis) => k.cumprod(x, { axis }), 1),
};

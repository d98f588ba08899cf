import {
  dim,
  isFloat,
  itemBytes,
  isUnsigned,
  type Attrs,
  type Dim,
  type DType,
  type GraphNode,
  type Shape,
  type Spec,
} from "@keras/ops";
import { binary, cast, compare, fill, pad, transpose } from "../emit/ops.ts";
import type { EmitterTable } from "../emit/table.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Fill, Val } from "../emit/value.ts";
import { isSingle } from "../kernels.ts";
import { spread, taps, type Windows } from "./windows.ts";

interface PoolAttrs {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [Dim, Dim])[];
}

const attrsOf = (node: GraphNode): PoolAttrs => node.attrs as unknown as PoolAttrs;

/** Taps along all axes up to which pooling goes tap by tap. */
const MAX_TAPS = 24;

/** The windows along each spatial axis of an input shape. */
function windowsOf({ window, strides, padding }: PoolAttrs, input: Shape, output: Shape): Windows[] {
  return window.map((size, i) => ({
    axis: i + 1,
    size,
    stride: strides[i]!,
    low: padding[i]![0],
    length: input[i + 1]!,
    count: output[i + 1]!,
  }));
}

const isStaticPool = ({ padding }: PoolAttrs, input: Shape): boolean =>
  [...padding.flat(), ...input.slice(1, -1)].every((d) => dim.isStatic(d));

const byTaps = (e: Emitter, attrs: PoolAttrs, input: Shape): boolean =>
  e.isRuntime && isStaticPool(attrs, input) && attrs.window.reduce((n, w) => n + w, 0) <= MAX_TAPS;

/** The least value of a type: padding that never wins. */
function least(dtype: DType): Fill {
  if (isFloat(dtype)) return Number.NEGATIVE_INFINITY;
  return isUnsigned(dtype) || dtype === "bool" ? 0 : -(2 ** (itemBytes(dtype) * 8 - 1));
}

const maxTap = (e: Emitter, a: Val, b: Val): Val => binary(e, "Max", a, b);

/** Amounts of padding that depend on unknown sizes are added beforehand; what is added never wins, and is not counted. */
function poolPadded(e: Emitter, op: "MaxPool" | "AveragePool", x: Val, attrs: PoolAttrs, output: Shape): Val {
  const each = (side: 0 | 1): Dim[] => [0, ...attrs.padding.map((p) => p[side]), 0];
  const bare = { ...attrs, padding: attrs.padding.map((): [number, number] => [0, 0]) };
  const padded = (v: Val, value: Fill): Val => pad(e, v, each(0), each(1), e.scalar(value, v.dtype));
  if (op === "MaxPool") return poolOperator(e, op, padded(x, least(x.dtype)), bare, output);
  const one = (shape: Shape): Shape => [1, ...shape.slice(1, -1), 1];
  const ones = padded(fill(e, 1, one(x.shape), x.dtype), 0);
  const share = poolOperator(e, op, ones, bare, one(output));
  return binary(e, "Div", poolOperator(e, op, padded(x, 0), bare, output), share);
}

/** One of ONNX's pooling operators, which want channels first. */
function poolOperator(e: Emitter, op: "MaxPool" | "AveragePool", x: Val, attrs: PoolAttrs, output: Shape): Val {
  if (!attrs.padding.flat().every((d) => dim.isStatic(d))) return poolPadded(e, op, x, attrs, output);
  const rank = x.shape.length;
  const toFirst = [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)];
  const toLast = [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];
  const first = transpose(e, x, toFirst);
  const pads = [...attrs.padding.map((p) => p[0]), ...attrs.padding.map((p) => p[1])];
  const attributes = {
    kernel_shape: attrs.window,
    strides: attrs.strides,
    pads: pads as readonly number[],
    ...(op === "AveragePool" ? { count_include_pad: 0 } : {}),
  };
  const shape = toFirst.map((a) => output[a]!);
  return transpose(e, e.op(op, [first], attributes, { dtype: x.dtype, shape }), toLast);
}

function maxPool(e: Emitter, x: Val, attrs: PoolAttrs, output: Shape): Val {
  if (!byTaps(e, attrs, x.shape) && isFloat(x.dtype)) return poolOperator(e, "MaxPool", x, attrs, output);
  const windows = windowsOf(attrs, x.shape, output).toReversed();
  return windows.reduce((v, w) => taps(e, v, w, least(x.dtype)).reduce((a, b) => maxTap(e, a, b)), x);
}

/**
 * Gradient of max pooling, one axis after the other from the last to the first: each window gives to its first tap that equals the
 * maximum. The first row that holds the maximum and then its first column are the first position in row-major order.
 */
function maxPoolGrad(e: Emitter, x: Val, g: Val, attrs: PoolAttrs, output: Shape): Val {
  const stages: { window: Windows; parts: Val[]; best: Val }[] = [];
  let value = x;
  // Later axes first, so that ties go to the first row.
  for (const window of windowsOf(attrs, x.shape, output).toReversed()) {
    const parts = taps(e, value, window, least(x.dtype));
    const best = parts.reduce((a, b) => maxTap(e, a, b));
    stages.push({ window, parts, best });
    value = best;
  }
  return stages.reduceRight(
    (gradient, { window, parts, best }) => spread(e, share(e, gradient, parts, best), window),
    g,
  );
}

/** Gives each gradient to the first part that equals `best`; the last part takes what is left. */
function share(e: Emitter, gradient: Val, parts: readonly Val[], best: Val): Val[] {
  let rest = gradient;
  return parts.map((part, i) => {
    if (i === parts.length - 1) return rest;
    const wins = compare(e, "GreaterOrEqual", part, i === parts.length - 2 ? parts.at(-1)! : best);
    const given = binary(e, "Mul", rest, cast(e, wins, gradient.dtype));
    rest = binary(e, "Sub", rest, given);
    return given;
  });
}

/** 1 / number of elements in each window that are not padding: a constant that broadcasts over batch and channels. */
function reciprocalCounts(e: Emitter, windows: readonly Windows[], dtype: DType): Val {
  const lines = windows.map(({ size, stride, low, length, count }) =>
    Array.from({ length: count as number }, (_, i) => {
      const start = i * stride - (low as number);
      return Math.min(start + size, length as number) - Math.max(start, 0);
    }),
  );
  const even = lines.every((line) => line.every((n) => n === line[0]));
  if (even) return e.scalar(1 / lines.reduce((n, line) => n * line[0]!, 1), dtype);
  const all = lines.reduce<number[]>((products, line) => products.flatMap((p) => line.map((n) => p * n)), [1]);
  return e.constant(
    all.map((n) => 1 / n),
    [1, ...lines.map((l) => l.length), 1],
    dtype,
  );
}

function averagePool(e: Emitter, x: Val, attrs: PoolAttrs, output: Shape): Val {
  if (!byTaps(e, attrs, x.shape)) return poolOperator(e, "AveragePool", x, attrs, output);
  const windows = windowsOf(attrs, x.shape, output);
  const total = windows.toReversed().reduce((v, w) => taps(e, v, w, 0).reduce((a, b) => binary(e, "Add", a, b)), x);
  return binary(e, "Mul", total, reciprocalCounts(e, windows, x.dtype));
}

function averagePoolGrad(e: Emitter, g: Val, attrs: PoolAttrs, input: Shape): Val {
  const windows = windowsOf(attrs, input, g.shape);
  const shares = binary(e, "Mul", g, reciprocalCounts(e, windows, g.dtype));
  return windows.reduce((v, w) => spread(e, new Array<Val>(w.size).fill(v), w), shares);
}

const staticFloats = ([x]: readonly Spec[], attrs: Attrs, shape?: Shape): boolean =>
  isFloat(x!.dtype) && isStaticPool(attrs as unknown as PoolAttrs, shape ?? x!.shape);

export const pools: EmitterTable = {
  max_pool: {
    supports: ([x], attrs) =>
      x!.dtype !== "bool" && (isFloat(x!.dtype) || (isStaticPadding(attrs) && itemBytes(x!.dtype) < 8)),
    emit: (e, node, [x]) => maxPool(e, x!, attrsOf(node), node.outputs[0]!.shape),
  },
  max_pool_grad: {
    rounds: true,
    supports: (specs, attrs) => staticFloats(specs, attrs),
    emit: (e, node, [x, , g]) => maxPoolGrad(e, x!, g!, attrsOf(node), node.inputs[1]!.shape),
  },
  average_pool: {
    rounds: true,
    supports: ([x]) => isSingle(x!.dtype),
    emit: (e, node, [x]) => averagePool(e, x!, attrsOf(node), node.outputs[0]!.shape),
  },
  average_pool_grad: {
    rounds: true,
    supports: (specs, attrs) => staticFloats(specs, attrs, (attrs as { inputShape: Shape }).inputShape),
    emit: (e, node, [g]) => averagePoolGrad(e, g!, attrsOf(node), node.outputs[0]!.shape),
  },
};

function isStaticPadding(attrs: Attrs): boolean {
  return (attrs as unknown as PoolAttrs).padding.flat().every((d) => dim.isStatic(d));
}

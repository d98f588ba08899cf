import * as k from "@keras/ops";
import type { Call, OperatorTable } from "../call.ts";
import { padSpatial, sidesOf, toFirst, toLast } from "./conv.ts";

type T = k.Tensor;

interface Windows {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** With what `ceil_mode` needs at the ends. */
  readonly sides: readonly (readonly [number, number])[];
  /** Without it. */
  readonly given: readonly (readonly [number, number])[];
}

function windowsOf(c: Call, x: T): Windows {
  const window = c.ints("kernel_shape")!;
  const strides = c.ints("strides") ?? window.map(() => 1);
  const dilations = c.ints("dilations") ?? window.map(() => 1);
  const reach = window.map((n, i) => (n - 1) * dilations[i]! + 1);
  const given = sidesOf(c, x.shape.slice(2), reach, strides);
  const sides = given.map(([low, high], i): readonly [number, number] => {
    if (c.int("ceil_mode", 0) === 0) return [low, high];
    const size = x.shape[i + 2] as number;
    let count = Math.ceil((size + low + high - reach[i]!) / strides[i]!) + 1;
    // The last window must begin inside.
    if ((count - 1) * strides[i]! >= size + low) count--;
    return [low, Math.max(high, (count - 1) * strides[i]! + reach[i]! - size - low)];
  });
  return { window, strides, dilations, sides, given };
}

/** One strided slice of the padded image per place in the window. */
function taps(x: T, { window, strides, dilations }: Windows): T[] {
  let offsets: number[][] = [[]];
  window.forEach((n) => (offsets = offsets.flatMap((o) => Array.from({ length: n }, (_, i) => [...o, i]))));
  return offsets.map((offset) => {
    const index = offset.map((o, i) => {
      const start = o * dilations[i]!;
      const reach = (window[i]! - 1) * dilations[i]! + 1;
      const count = Math.floor((x.shape[i + 1]! - reach) / strides[i]!) + 1;
      return { start, stop: start + (count - 1) * strides[i]! + 1, step: strides[i]! };
    });
    return k.getItem(x, {}, ...index);
  });
}

const plain = (w: Windows): boolean => w.dilations.every((d) => d === 1);
const LAST = { dataFormat: "channels_last", padding: "valid" } as const;

function maxPool(c: Call): T | T[] {
  const x = c.tensor(0);
  const w = windowsOf(c, x);
  const least = k.isFloat(x.dtype)
    ? Number.NEGATIVE_INFINITY
    : k.isUnsigned(x.dtype)
      ? 0
      : -(2 ** (k.itemBytes(x.dtype) * 8 - 1));
  const padded = padSpatial(toLast(x), w.sides, least);
  if (c.node.output.length < 2) {
    if (plain(w) && k.isFloat(x.dtype)) return toFirst(k.maxPool(padded, w.window, { ...LAST, strides: w.strides }));
    return toFirst(taps(padded, w).reduce((a, b) => k.maximum(a, b)));
  }
  // Positions in the whole input, in row- or column-major order of the spatial axes.
  const spatial = x.shape.slice(2);
  const column = c.int("storage_order", 0) === 1;
  const step = (i: number): number => (column ? spatial.slice(0, i) : spatial.slice(i + 1)).reduce((n, d) => n * d, 1);
  const all = spatial.reduce((n, d) => n * d, 1);
  let position: T = k.zeros([1, ...spatial, 1], { dtype: "int32" });
  spatial.forEach((d, i) => {
    const line = k.reshape(k.arange(d, { dtype: "int32" }), [1, ...spatial.map((_, j) => (j === i ? d : 1)), 1]);
    position = k.add(position, k.multiply(line, step(i)));
  });
  const planes = k.reshape(k.arange(x.shape[0]! * x.shape[1]!, { dtype: "int32" }), [
    x.shape[0]!,
    ...spatial.map(() => 1),
    x.shape[1]!,
  ]);
  const places = taps(
    padSpatial(
      k.broadcastTo(k.add(position, k.multiply(planes, all)), [x.shape[0]!, ...spatial, x.shape[1]!]),
      w.sides,
      0,
    ),
    w,
  );
  const parts = taps(padded, w);
  let [best, at] = [parts[0]!, places[0]!];
  parts.slice(1).forEach((part, i) => {
    const wins = k.greater(part, best);
    best = k.where(wins, part, best);
    at = k.where(wins, places[i + 1]!, at);
  });
  return [toFirst(best), toFirst(k.cast(at, "int64"))];
}

/** Sum over each window. */
const total = (x: T, w: Windows): T => taps(x, w).reduce((a, b) => k.add(a, b));

function averagePool(c: Call): T {
  const x = c.tensor(0);
  const w = windowsOf(c, x);
  const last = toLast(x);
  const padded = padSpatial(last, w.sides, 0);
  const inside = w.sides.flat().every((p) => p === 0);
  if (inside && plain(w)) return toFirst(k.averagePool(padded, w.window, { ...LAST, strides: w.strides }));
  // What counts: the input, and its given padding where that is asked for.
  const included = c.int("count_include_pad", 0) === 1;
  const spatial = x.shape.slice(2);
  const one = k.ones([1, ...spatial, 1], { dtype: x.dtype });
  const extra = w.sides.map(([low, high], i): readonly [number, number] =>
    included ? [low - w.given[i]![0], high - w.given[i]![1]] : [low, high],
  );
  const counted = padSpatial(included ? padSpatial(one, w.given, 1) : one, extra, 0);
  return toFirst(k.divide(total(padded, w), total(counted, w)));
}

function lpPool(c: Call): T {
  const x = c.tensor(0);
  const w = windowsOf(c, x);
  const p = k.float(c.int("p", 2));
  return toFirst(k.power(total(padSpatial(k.power(k.abs(toLast(x)), p), w.sides, 0), w), k.divide(k.float(1), p)));
}

const spatialAxes = (x: T): number[] => x.shape.slice(2).map((_, i) => i + 2);

function maxUnpool(c: Call): T {
  const [x, indices] = [c.tensor(0), c.tensor(1)];
  const [window, strides] = [c.ints("kernel_shape")!, c.ints("strides")];
  const pads = c.ints("pads") ?? window.flatMap(() => [0, 0]);
  const n = window.length;
  const usual = window.map((size, i) => (x.shape[i + 2]! - 1) * (strides?.[i] ?? 1) - pads[i]! - pads[i + n]! + size);
  const given = c.optional(2) ? c.fixed(2)! : null;
  const dense = [...x.shape.slice(0, 2), ...usual];
  const flat = k.zeros([dense.reduce((a, b) => a * b, 1)], { dtype: x.dtype });
  const filled = k.reshape(k.scatterUpdate(flat, k.reshape(indices, [-1, 1]), k.ravel(x)), dense);
  if (!given) return filled;
  return k.pad(
    filled,
    given.map((d, i): [number, number] => [0, d - dense[i]!]),
  );
}

export const pools: OperatorTable = {
  MaxPool: maxPool,
  AveragePool: averagePool,
  LpPool: lpPool,
  MaxUnpool: maxUnpool,
  GlobalAveragePool: (c) => k.mean(c.tensor(0), { axis: spatialAxes(c.tensor(0)), keepdims: true }),
  GlobalMaxPool: (c) => k.max(c.tensor(0), { axis: spatialAxes(c.tensor(0)), keepdims: true }),
  GlobalLpPool: (c) => {
    const p = k.float(c.int("p", 2));
    return k.power(
      k.sum(k.power(k.abs(c.tensor(0)), p), { axis: spatialAxes(c.tensor(0)), keepdims: true }),
      k.divide(k.float(1), p),
    );
  },
};

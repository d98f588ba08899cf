import { sizeOf, type DType, type Kernel, type StaticSpec } from "@keras/ops";
import { binaryLoop } from "./elementwise-binary.ts";
import { allocate, extreme, familyOf, settle, stored, unsupported, type Numbers, type Storage } from "./storage.ts";
import { transposed } from "./shape.ts";

/** An array seen as [outer, reduced, inner], with the reduced axes in one block. */
interface Block {
  readonly x: Storage;
  readonly outer: number;
  readonly reduced: number;
  readonly inner: number;
}

function blockOf(x: Storage, spec: StaticSpec, axes: readonly number[]): Block {
  const { shape } = spec;
  // Axes of size 1 may lie anywhere.
  const kept = axes.filter((axis) => shape[axis] !== 1);
  const [first, last] = [kept[0] ?? 0, kept[kept.length - 1] ?? -1];
  const between = shape.filter((d, i) => i >= first && i <= last && d !== 1).length;
  if (between === kept.length) {
    return {
      x,
      outer: sizeOf(shape.slice(0, first)),
      reduced: sizeOf(kept.map((axis) => shape[axis])),
      inner: sizeOf(shape.slice(last + 1)),
    };
  }
  const free = shape.map((_, i) => i).filter((i) => !kept.includes(i));
  return {
    x: transposed(x, spec, [...free, ...kept]),
    outer: sizeOf(free.map((i) => shape[i])),
    reduced: sizeOf(kept.map((i) => shape[i])),
    inner: 1,
  };
}

/** Combines `n` neighbours, for the commonest case: reducing the last axes of numbers. */
type Fold = (x: Numbers, from: number, n: number) => number;

const foldSum: Fold = (x, from, n) => {
  let total = 0;
  for (let i = from; i < from + n; i++) total += x[i];
  return total;
};
const foldSumInt: Fold = (x, from, n) => {
  let total = 0;
  for (let i = from; i < from + n; i++) total = (total + x[i]) | 0;
  return total;
};
const foldProd: Fold = (x, from, n) => {
  let total = 1;
  for (let i = from; i < from + n; i++) total *= x[i];
  return total;
};
const foldMax: Fold = (x, from, n) => {
  let best = -Infinity;
  for (let i = from; i < from + n; i++) best = Math.max(best, x[i]);
  return best;
};
const foldMin: Fold = (x, from, n) => {
  let best = Infinity;
  for (let i = from; i < from + n; i++) best = Math.min(best, x[i]);
  return best;
};

interface Reducer {
  /** The binary op that combines two values. */
  readonly combine: string;
  /** The value of a reduction of nothing. */
  readonly start: (dtype: DType) => number | bigint;
  readonly fold?: { readonly float?: Fold; readonly int?: Fold; readonly bool?: Fold };
}

const one = (dtype: DType): number | bigint => (familyOf(dtype) === "wide" ? 1n : 1);
const zero = (dtype: DType): number | bigint => (familyOf(dtype) === "wide" ? 0n : 0);

export const sumReducer: Reducer = { combine: "add", start: zero, fold: { float: foldSum, int: foldSumInt } };
export const prodReducer: Reducer = { combine: "multiply", start: one, fold: { float: foldProd } };
const maxReducer: Reducer = {
  combine: "maximum",
  start: (dtype) => extreme(dtype, "least"),
  fold: { float: foldMax, int: foldMax, bool: foldMax },
};
const minReducer: Reducer = {
  combine: "minimum",
  start: (dtype) => extreme(dtype, "greatest"),
  fold: { float: foldMin, int: foldMin, bool: foldMin },
};

/** Floats are accumulated in float64, complex numbers in complex128; everything else wraps in its own dtype. */
export function accumulatorDType(dtype: DType): DType {
  const family = familyOf(dtype);
  if (family === "float") return "float64";
  return family === "complex" ? "complex128" : dtype;
}

/** Storage whose every element is `value` (its real part, for complex). */
export function filled(dtype: DType, count: number, value: number | bigint): Storage {
  const out = allocate(dtype, count);
  if (familyOf(dtype) !== "complex") return out.fill(value as never);
  for (let i = 0; i < out.length; i += 2) out[i] = value as number;
  return out;
}

function reduction(op: string, { combine, start, fold }: Reducer): Kernel {
  return ({ inputs, inputSpecs: [spec], attrs, outputSpecs: [{ dtype }] }) => {
    const family = familyOf(spec.dtype);
    if (family === "string" || (family === "complex" && combine.endsWith("imum"))) throw unsupported(spec.dtype, op);
    const { x, outer, reduced, inner } = blockOf(inputs[0] as Storage, spec, attrs["axis"] as readonly number[]);
    const run = fold?.[family as "float"];
    const values = x as Numbers;
    if (reduced > 0 && inner === 1 && run) {
      const out = allocate(dtype, outer);
      for (let o = 0; o < outer; o++) out[o] = run(values, o * reduced, reduced);
      return [settle(out, dtype)];
    }
    const loop = binaryLoop(combine, dtype);
    const sums = filled(accumulatorDType(dtype), outer * inner, start(dtype)) as Numbers;
    for (let o = 0; o < outer; o++) {
      for (let r = 0; r < reduced; r++) {
        loop(inner, sums, o * inner, sums, o * inner, 1, values, (o * reduced + r) * inner, 1);
      }
    }
    return [narrowed(sums as Storage, dtype)];
  };
}

/** An accumulator as storage of its final dtype. */
export function narrowed(sums: Storage, dtype: DType): Storage {
  return accumulatorDType(dtype) === dtype ? settle(sums, dtype) : stored(sums as Float64Array, dtype);
}

/** Index of the first best element along an axis; a NaN is best. */
function argReduction(better: 1 | -1): Kernel {
  return ({ inputs: [x], inputSpecs: [{ shape, dtype }], attrs, outputSpecs: [out] }) => {
    const axis = attrs["axis"] as number;
    const n = shape[axis];
    const inner = sizeOf(shape.slice(axis + 1));
    const result = allocate(out.dtype, sizeOf(out.shape));
    if (familyOf(dtype) === "complex") throw unsupported(dtype, better > 0 ? "argmax" : "argmin");
    for (let at = 0; at < result.length; at++) {
      const from = Math.floor(at / inner) * n * inner + (at % inner);
      result[at] = firstBest(x as Numbers, from, inner, n, better) as never;
    }
    return [result];
  };
}

function firstBest(x: Numbers, from: number, step: number, n: number, better: number): number {
  let best = x[from];
  let index = 0;
  if (Number.isNaN(best)) return 0;
  for (let k = 1; k < n; k++) {
    const v = x[from + k * step];
    if (better > 0 ? v > best : v < best) {
      best = v;
      index = k;
    } else if (Number.isNaN(v)) return k;
  }
  return index;
}

export const reduceKernels: Readonly<Record<string, Kernel>> = {
  sum: reduction("sum", sumReducer),
  prod: reduction("prod", prodReducer),
  max: reduction("max", maxReducer),
  min: reduction("min", minReducer),
  any: reduction("any", maxReducer),
  all: reduction("all", minReducer),
  argmax: argReduction(1),
  argmin: argReduction(-1),
};

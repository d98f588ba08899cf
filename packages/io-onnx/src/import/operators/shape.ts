import * as k from "@keras/ops";
import type { Call, OperatorTable } from "../call.ts";
import { staticSizes, Value } from "../value.ts";

type T = k.Tensor;
type Dim = k.Dim;

function reshape(c: Call): T {
  const x = c.tensor(0);
  const target = c.ints("shape") ?? c.numbers(1)!;
  const zero = c.int("allowzero", 0) === 1;
  return k.reshape(x, target.map((d, i) => (d === 0 && !zero ? (x.shape[i] as Dim) : d)) as never);
}

function unsqueeze(c: Call): T {
  const x = c.tensor(0);
  const given = c.ints("axes") ?? c.fixed(1)!;
  const rank = x.ndim + given.length;
  const axes = new Set(given.map((a) => k.normalizeAxis(a, rank, "Unsqueeze")));
  const sizes = [...x.shape];
  return k.reshape(x, Array.from({ length: rank }, (_, i) => (axes.has(i) ? 1 : sizes.shift()!)) as never);
}

function squeeze(c: Call): T {
  const x = c.tensor(0);
  const axes = c.axes(1, x.ndim) ?? x.shape.map((d, i) => (d === 1 ? i : -1)).filter((i) => i >= 0);
  return k.reshape(x, x.shape.filter((_, i) => !axes.includes(i)) as never);
}

function slice(c: Call): T {
  const x = c.tensor(0);
  const starts = c.ints("starts") ?? c.numbers(1)!;
  const ends = c.ints("ends") ?? c.numbers(2)!;
  const axes = c.axes(3, x.ndim) ?? starts.map((_, i) => i);
  const steps = c.fixed(4) ?? starts.map(() => 1);
  const index: { start?: Dim; stop?: Dim; step?: number }[] = x.shape.map(() => ({}));
  axes.forEach((axis, i) => {
    const step = steps[i]!;
    const size = x.shape[axis]! as Dim;
    const end = ends[i]!;
    // Ends beyond the axis are common: "to the end" is written as a huge number.
    const open = k.dim.isStatic(end) && (step > 0 ? end >= 2 ** 31 - 1 : end <= -(2 ** 31));
    const clamp = (d: Dim, low: number, high: number): Dim => {
      if (!k.dim.isStatic(d) || !k.dim.isStatic(size)) return d;
      return Math.min(Math.max(d < 0 ? d + size : d, low), high);
    };
    const n = k.dim.isStatic(size) ? size : 0;
    const start = step > 0 ? clamp(starts[i]!, 0, n) : clamp(starts[i]!, -1, n - 1);
    if (k.dim.isStatic(size) && step < 0 && (start as number) < 0) {
      index[axis] = { start: 0, stop: 0 };
      return;
    }
    const stop = open ? undefined : step > 0 ? clamp(end, 0, n) : clamp(end, -1, n - 1);
    const shown = step < 0 && stop === -1 ? undefined : stop;
    index[axis] = { start, ...(shown === undefined ? {} : { stop: shown }), step };
  });
  return k.getItem(x, ...(index as never[]));
}

function split(c: Call): T[] {
  const x = c.tensor(0);
  const axis = c.axis("axis", 0, x.ndim);
  const size = staticSizes([x.shape[axis]!])[0]!;
  const parts = c.int("num_outputs") ?? c.node.output.length;
  const each = Math.ceil(size / parts);
  const given = c.ints("split") ?? c.fixed(1);
  const sizes = given ?? Array.from({ length: parts }, (_, i) => Math.max(0, Math.min(each, size - i * each)));
  let at = 0;
  return sizes.map((n) => {
    const index = x.shape.map((_, i) => (i === axis ? { start: at, stop: at + n } : {}));
    at += n;
    return k.getItem(x, ...index);
  });
}

function pad(c: Call): T {
  const x = c.tensor(0);
  const all = c.ints("pads") ?? c.fixed(1)!;
  const axes = c.optional(3) ? c.fixed(3)!.map((a) => k.normalizeAxis(a, x.ndim, "Pad")) : x.shape.map((_, i) => i);
  const widths = x.shape.map((): [number, number] => [0, 0]);
  axes.forEach((a, i) => (widths[a] = [all[i]!, all[i + axes.length]!]));
  const cut = x.shape.map((size, i) => {
    const [low, high] = widths[i]!;
    return { ...(low < 0 ? { start: -low } : {}), ...(high < 0 ? { stop: (size as number) + high } : {}) };
  });
  const mode = c.text("mode", "constant");
  const inner = widths.flat().some((w) => w < 0) ? k.getItem(x, ...cut) : x;
  const positive = widths.map((w): [number, number] => [Math.max(0, w[0]), Math.max(0, w[1])]);
  if (mode !== "constant") return k.pad(inner, positive, { mode: mode as never });
  const value = c.maybe(2) ?? k.cast(k.array(c.float("value", 0)), x.dtype);
  return k.pad(inner, positive, { constantValues: k.reshape(value, []) });
}

function expand(c: Call): T {
  const x = c.tensor(0);
  const target = c.numbers(1)!;
  const rank = Math.max(x.ndim, target.length);
  const own = [...new Array<Dim>(rank - x.ndim).fill(1), ...x.shape];
  const wanted = [...new Array<Dim>(rank - target.length).fill(1), ...target];
  return k.broadcastTo(x, own.map((d, i) => (wanted[i] === 1 ? d : wanted[i]!)) as never);
}

function flatten(c: Call): T {
  const x = c.tensor(0);
  const given = c.int("axis", 1);
  const axis = given < 0 ? given + x.ndim : given;
  return k.reshape(x, [k.dim.product(x.shape.slice(0, axis)), k.dim.product(x.shape.slice(axis))] as never);
}

function range(c: Call): T | Value {
  const { dtype } = c.value(0);
  const [start, limit, step] = [c.numbers(0)![0]!, c.numbers(1)![0]!, c.fixed(2)![0]!];
  if (!k.dim.isStatic(start) || !k.dim.isStatic(limit))
    return k.arange(start as never, limit as never, step, { dtype });
  const count = Math.max(0, Math.ceil((limit - start) / step));
  return k.cast(k.add(k.multiply(k.arange(count, { dtype: "float64" }), step), start), dtype);
}

function constant(c: Call): Value {
  const value = c.constant("value");
  if (value) return value;
  const data = (values: unknown, shape: number[], dtype: string): Value =>
    Value.constant(new k.NDArray(values as never, shape, dtype as never));
  if (c.has("value_float")) return data(Float32Array.of(c.float("value_float", 0)), [], "float32");
  if (c.has("value_int")) return data(BigInt64Array.of(BigInt(c.int("value_int", 0))), [], "int64");
  const ints = c.ints("value_ints");
  if (ints) return data(BigInt64Array.from(ints, BigInt), [ints.length], "int64");
  const floats = c.floats("value_floats");
  if (floats) return data(Float32Array.from(floats), [floats.length], "float32");
  throw new k.UnsupportedError("only constants of numbers are known here");
}

function constantOfShape(c: Call): T {
  const fill = c.constant("value");
  return k.full(c.numbers(0)! as never, fill ? k.reshape(fill.tensor, []) : k.float(0), {
    dtype: fill?.dtype ?? "float32",
  });
}

const eyeLike = (c: Call): T => {
  const x = c.value(0);
  const [rows, columns] = staticSizes(x.shape);
  const code = c.int("dtype", 0);
  const dtype = (
    code === 0 ? x.dtype : code === 11 ? "float64" : code === 6 ? "int32" : code === 7 ? "int64" : "float32"
  ) as k.DType;
  return k.eye(rows!, columns!, { k: c.int("k", 0), dtype });
};

function trilu(c: Call): T {
  const x = c.tensor(0);
  const diagonal = c.optional(1) ? c.fixed(1)![0]! : 0;
  return c.int("upper", 1) === 1 ? k.triu(x, { k: diagonal }) : k.tril(x, { k: diagonal });
}

/** [n, c, h, w] ↔ blocks in channels. */
function depthToSpace(c: Call): T {
  const x = c.tensor(0);
  const b = c.int("blocksize", 1);
  const [n, channels, h, w] = x.shape as readonly Dim[];
  const depth = k.dim.floordiv(channels!, b * b);
  const dcr = c.text("mode", "DCR") === "DCR";
  const split = k.reshape(x, (dcr ? [n, b, b, depth, h, w] : [n, depth, b, b, h, w]) as never);
  const moved = k.transpose(split, dcr ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3]);
  return k.reshape(moved, [n, depth, k.dim.mul(h!, b), k.dim.mul(w!, b)] as never);
}

function spaceToDepth(c: Call): T {
  const x = c.tensor(0);
  const b = c.int("blocksize", 1);
  const [n, channels, h, w] = x.shape as readonly Dim[];
  const [rows, columns] = [k.dim.floordiv(h!, b), k.dim.floordiv(w!, b)];
  const split = k.reshape(x, [n, channels, rows, b, columns, b] as never);
  const moved = k.transpose(split, c.text("mode", "DCR") === "CRD" ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4]);
  return k.reshape(moved, [n, k.dim.mul(channels!, b * b), rows, columns] as never);
}

function centerCropPad(c: Call): T {
  let x = c.tensor(0);
  const sizes = c.fixed(1)!;
  const axes = c.ints("axes")?.map((a) => k.normalizeAxis(a, x.ndim, "CenterCropPad")) ?? x.shape.map((_, i) => i);
  axes.forEach((axis, i) => {
    const [from, to] = [x.shape[axis] as number, sizes[i]!];
    if (from > to) {
      const start = Math.floor((from - to) / 2);
      x = k.getItem(x, ...x.shape.map((_, j) => (j === axis ? { start, stop: start + to } : {})));
    } else if (from < to) {
      const low = Math.floor((to - from) / 2);
      x = k.pad(
        x,
        x.shape.map((_, j): [number, number] => (j === axis ? [low, to - from - low] : [0, 0])),
      );
    }
  });
  return x;
}

export const shapes: OperatorTable = {
  Reshape: reshape,
  Unsqueeze: unsqueeze,
  Squeeze: squeeze,
  Slice: slice,
  Split: split,
  Pad: pad,
  Expand: expand,
  Flatten: flatten,
  Range: range,
  Constant: constant,
  ConstantOfShape: constantOfShape,
  EyeLike: eyeLike,
  Trilu: trilu,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
  CenterCropPad: centerCropPad,
  Shape: (c) => {
    const { shape } = c.value(0);
    const clamp = (i: number): number => Math.min(Math.max(i < 0 ? i + shape.length : i, 0), shape.length);
    const cut = shape.slice(clamp(c.int("start", 0)), clamp(c.int("end", shape.length)));
    return Value.sizes(cut, [cut.length]);
  },
  Size: (c) => Value.sizes([k.dim.product(c.value(0).shape)], []),
  Transpose: (c) => {
    const x = c.tensor(0);
    return k.transpose(x, c.ints("perm") ?? x.shape.map((_, i) => x.ndim - 1 - i));
  },
  Concat: (c) =>
    c.inputs.length === 1 ? c.tensor(0) : k.concatenate(c.tensors, { axis: c.axis("axis", 0, c.tensor(0).ndim) }),
  Tile: (c) => k.tile(c.tensor(0), c.fixed(1)! as number[]),
};

import * as k from "@keras/ops";
import type { Call, OperatorTable } from "../call.ts";
import { staticSizes } from "../value.ts";

type T = k.Tensor;

/** Weights of the neighbours of a point that lies `t` after the first of them; `at` counts from the point's floor. */
type Kernel = (t: number) => readonly { readonly at: number; readonly weight: number }[];

const linear: Kernel = (t) => [
  { at: 0, weight: 1 - t },
  { at: 1, weight: t },
];

function cubic(a: number): Kernel {
  const near = (d: number): number => ((a + 2) * d - (a + 3)) * d * d + 1;
  const far = (d: number): number => ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  return (t) => [
    { at: -1, weight: far(1 + t) },
    { at: 0, weight: near(t) },
    { at: 1, weight: near(1 - t) },
    { at: 2, weight: far(2 - t) },
  ];
}

interface Axis {
  readonly from: number;
  readonly to: number;
  readonly scale: number;
  readonly roi: readonly [number, number];
}

/** Where the output's position `x` lies in the input. */
function original(c: Call, x: number, { from, to, scale, roi }: Axis): number {
  // A scale need not give a whole number: positions follow what it would give.
  const length = from * scale;
  switch (c.text("coordinate_transformation_mode", "half_pixel")) {
    case "align_corners":
      return length <= 1 ? 0 : (x * (from - 1)) / (length - 1);
    case "asymmetric":
      return x / scale;
    case "pytorch_half_pixel":
      return to === 1 ? -0.5 : (x + 0.5) / scale - 0.5;
    case "tf_half_pixel_for_nn":
      return (x + 0.5) / scale;
    case "tf_crop_and_resize":
      return to > 1
        ? roi[0] * (from - 1) + (x * (roi[1] - roi[0]) * (from - 1)) / (to - 1)
        : 0.5 * (roi[0] + roi[1]) * (from - 1);
    case "half_pixel_symmetric": {
      const adjustment = to / (scale * from);
      const center = from / 2;
      return center * (1 - adjustment) + (x + 0.5) / scale - 0.5;
    }
    default:
      return (x + 0.5) / scale - 0.5;
  }
}

function nearest(c: Call, x: number): number {
  switch (c.text("nearest_mode", "round_prefer_floor")) {
    case "floor":
      return Math.floor(x);
    case "ceil":
      return Math.ceil(x);
    case "round_prefer_ceil":
      return Math.floor(x + 0.5);
    default:
      return Math.ceil(x - 0.5);
  }
}

/** [to, from]: each row the weights of the input's elements. */
function matrix(c: Call, axis: Axis, mode: string): Float64Array {
  const { from, to, scale } = axis;
  const rows = new Float64Array(to * from);
  const extrapolates = c.text("coordinate_transformation_mode", "half_pixel") === "tf_crop_and_resize";
  const outside = c.int("exclude_outside", 0) === 1;
  const stretch = c.int("antialias", 0) === 1 && scale < 1 ? scale : 1;
  const kernel = mode === "cubic" ? cubic(c.float("cubic_coeff_a", -0.75)) : linear;
  for (let x = 0; x < to; x++) {
    const at = original(c, x, axis);
    if (extrapolates && (at < 0 || at > from - 1)) {
      rows[x * from] = Number.NaN;
      continue;
    }
    if (mode === "nearest") {
      rows[x * from + Math.min(Math.max(nearest(c, at), 0), from - 1)] = 1;
      continue;
    }
    const floor = Math.floor(at);
    const found =
      stretch < 1
        ? stretched(mode, c.float("cubic_coeff_a", -0.75), at, stretch)
        : kernel(at - floor).map((w) => ({ at: w.at + floor, weight: w.weight }));
    const kept = found.map((w) => ({ ...w, weight: outside && (w.at < 0 || w.at >= from) ? 0 : w.weight }));
    const sum = outside || stretch < 1 ? kept.reduce((n, w) => n + w.weight, 0) : 1;
    for (const w of kept) rows[x * from + Math.min(Math.max(w.at, 0), from - 1)]! += w.weight / sum;
  }
  return rows;
}

/** The kernel made wider, so that shrinking averages. */
function stretched(mode: string, a: number, at: number, scale: number): { at: number; weight: number }[] {
  const reach = (mode === "cubic" ? 2 : 1) / scale;
  const weightOf = (d: number): number => {
    if (mode !== "cubic") return Math.max(0, 1 - d);
    if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
    return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
  };
  const found: { at: number; weight: number }[] = [];
  for (let i = Math.floor(at - reach); i <= Math.ceil(at + reach); i++) {
    const weight = weightOf(Math.abs(i - at) * scale);
    if (weight !== 0) found.push({ at: i, weight });
  }
  return found;
}

function resize(c: Call): T {
  let x = c.tensor(0);
  const rank = x.ndim;
  const mode = c.text("mode", "nearest");
  const old = c.opset < 11;
  const axes = c.ints("axes")?.map((a) => k.normalizeAxis(a, rank, "Resize")) ?? x.shape.map((_, i) => i);
  const roi = !old && c.optional(1) ? c.fixed(1)! : [];
  const scales = c.floats("scales")?.length
    ? c.floats("scales")!
    : (c.optional(old ? 1 : 2)?.shape[0] ?? 0) !== 0
      ? c.fixed(old ? 1 : 2)!
      : null;
  const sizes = !old && c.optional(3) ? c.fixed(3)! : null;
  const from = axes.map((a) => staticSizes([x.shape[a]!])[0]!);
  const policy = c.text("keep_aspect_ratio_policy", "stretch");
  const factors = scales ?? keepRatio(policy, from, sizes!);
  const targets = from.map((n, i) =>
    sizes && policy === "stretch" ? sizes[i]! : sizes ? Math.round(n * factors[i]!) : Math.floor(n * factors[i]!),
  );
  const { dtype } = x;
  const half = k.isFloat(dtype) ? dtype : "float32";
  const extrapolation = c.float("extrapolation_value", 0);
  axes.forEach((axis, i) => {
    const spec: Axis = {
      from: from[i]!,
      to: targets[i]!,
      scale: factors[i]!,
      roi: [roi[i] ?? 0, roi[i + axes.length] ?? 1],
    };
    const rows = matrix(c, old ? spec : spec, mode);
    const identity =
      spec.from === spec.to && rows.every((w, j) => w === (Math.floor(j / spec.from) === j % spec.from ? 1 : 0));
    if (identity) return;
    const isOutside = Array.from({ length: spec.to }, (_, r) => Number.isNaN(rows[r * spec.from]!));
    const weights = k.toTensor(
      new k.NDArray(
        Float32Array.from(rows, (w) => (Number.isNaN(w) ? 0 : w)),
        [spec.to, spec.from],
        "float32",
      ),
    );
    const moved = k.moveaxis(x, axis, -1);
    if (mode === "nearest") {
      const picks = Array.from({ length: spec.to }, (_, r) =>
        Math.max(0, rows.subarray(r * spec.from, (r + 1) * spec.from).indexOf(1)),
      );
      x = k.take(moved, k.toTensor(new k.NDArray(Int32Array.from(picks), [spec.to], "int32")), { axis: -1 });
    } else {
      x = k.matmul(k.cast(moved, half), k.cast(k.transpose(weights), half));
    }
    if (isOutside.includes(true)) {
      const mask = k.toTensor(new k.NDArray(Uint8Array.from(isOutside, Number) as never, [spec.to], "bool" as never));
      x = k.where(mask, k.cast(k.array(extrapolation), x.dtype), x);
    }
    x = k.moveaxis(x, -1, axis);
  });
  return x.dtype === dtype ? x : k.cast(k.isInteger(dtype) ? k.round(x) : x, dtype);
}

function keepRatio(policy: string, from: readonly number[], sizes: readonly number[]): readonly number[] {
  const each = sizes.map((s, i) => s / from[i]!);
  if (policy === "stretch") return each;
  const one = policy === "not_larger" ? Math.min(...each) : Math.max(...each);
  return from.map(() => one);
}

export const resizing: OperatorTable = { Resize: resize, Upsample: (c) => resizeOld(c) };

/** Upsample of old operator sets: nearest or linear, positions divided by the scale. */
function resizeOld(c: Call): T {
  const x = c.tensor(0);
  const scales = c.floats("scales")?.length ? c.floats("scales")! : c.fixed(1)!;
  if (c.text("mode", "nearest") !== "nearest")
    throw new k.UnsupportedError("only the mode 'nearest' of Upsample is known here");
  return x.shape.reduce<T>((y, n, axis) => {
    const to = Math.floor(n * scales[axis]!);
    if (to === n) return y;
    const picks = Int32Array.from({ length: to }, (_, i) => Math.min(n - 1, Math.floor(i / scales[axis]!)));
    return k.take(y, k.toTensor(new k.NDArray(picks, [to], "int32")), { axis });
  }, x);
}

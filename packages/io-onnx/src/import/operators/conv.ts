import * as k from "@keras/ops";
import type { Call, OperatorTable } from "../call.ts";

type T = k.Tensor;
export type Sides = readonly (readonly [number, number])[];

const ones = (n: number): number[] => new Array<number>(n).fill(1);

/** Channels first ↔ channels last. */
export const toLast = (x: T): T => k.moveaxis(x, 1, -1);
export const toFirst = (x: T): T => k.moveaxis(x, -1, 1);

/** Padding per axis, from `pads` or as `auto_pad` says, for windows of these reaches. */
export function sidesOf(c: Call, sizes: readonly k.Dim[], reach: readonly number[], strides: readonly number[]): Sides {
  const auto = c.text("auto_pad", "NOTSET");
  const rank = reach.length;
  if (auto === "SAME_UPPER" || auto === "SAME_LOWER") {
    return reach.map((r, i) => {
      const size = sizes[i] as number;
      const total = Math.max(0, (Math.ceil(size / strides[i]!) - 1) * strides[i]! + r - size);
      const less = Math.floor(total / 2);
      return auto === "SAME_UPPER" ? [less, total - less] : [total - less, less];
    });
  }
  const pads = auto === "VALID" ? null : c.ints("pads");
  return reach.map((_, i) => [pads?.[i] ?? 0, pads?.[i + rank] ?? 0]);
}

/** Spatial padding of a channels-last image. */
export function padSpatial(x: T, sides: Sides, value: number): T {
  if (sides.flat().every((p) => p === 0)) return x;
  const widths = [[0, 0], ...sides, [0, 0]].map(([a, b]): [number, number] => [a!, b!]);
  return k.pad(x, widths, { constantValues: k.cast(k.array(value), x.dtype) });
}

function convolve(c: Call, x: T, kernel: T, bias: T | null): T {
  const rank = x.ndim - 2;
  const strides = c.ints("strides") ?? ones(rank);
  const dilations = c.ints("dilations") ?? ones(rank);
  const sizes = kernel.shape.slice(2);
  const reach = sizes.map((n, i) => (n - 1) * dilations[i]! + 1);
  const padded = padSpatial(toLast(x), sidesOf(c, x.shape.slice(2), reach, strides), 0);
  const order = [...sizes.map((_, i) => i + 2), 1, 0];
  const options = { padding: "valid", dataFormat: "channels_last" } as const;
  const y = k.conv(padded, k.transpose(kernel, order), { ...options, strides, dilationRate: dilations });
  return toFirst(bias ? k.add(y, bias) : y);
}

const conv = (c: Call): T => convolve(c, c.tensor(0), c.tensor(1), c.maybe(2));

function convInteger(c: Call): T {
  const shifted = (i: number, zero: number): T => {
    const x = k.cast(c.tensor(i), "float32");
    const point = c.maybe(zero);
    return point
      ? k.subtract(
          x,
          k.cast(
            point.ndim === 1 && point.shape[0]! > 1
              ? k.reshape(point, [-1, ...ones(x.ndim - 1)])
              : k.reshape(point, []),
            "float32",
          ),
        )
      : x;
  };
  return k.cast(convolve(c, shifted(0, 2), shifted(1, 3), null), "int32");
}

/** The transposed convolution: the input spread by the strides, convolved with the flipped kernel. */
function convTranspose(c: Call): T {
  const [x, kernel, bias] = [c.tensor(0), c.tensor(1), c.maybe(2)];
  const rank = x.ndim - 2;
  const strides = c.ints("strides") ?? ones(rank);
  const dilations = c.ints("dilations") ?? ones(rank);
  const groups = c.int("group", 1);
  const extra = c.ints("output_padding") ?? ones(rank).map(() => 0);
  const sizes = kernel.shape.slice(2);
  const reach = sizes.map((n, i) => (n - 1) * dilations[i]! + 1);
  const wanted = c.ints("output_shape");
  const auto = c.text("auto_pad", "NOTSET");
  const full = reach.map((r, i) => ((x.shape[i + 2] as number) - 1) * strides[i]! + r + extra[i]!);
  const sides = reach.map((_, i): [number, number] => {
    const goal =
      wanted?.at(i - rank) ?? (auto.startsWith("SAME") ? (x.shape[i + 2] as number) * strides[i]! : undefined);
    const pads = c.ints("pads");
    if (goal === undefined) return [pads?.[i] ?? 0, pads?.[i + rank] ?? 0];
    const total = full[i]! - goal;
    const less = Math.floor(total / 2);
    return auto === "SAME_UPPER" ? [less, total - less] : [total - less, less];
  });
  // Spread: zeros between elements, then room for the kernel on both sides.
  let spread = toLast(x);
  strides.forEach((s, i) => (spread = dilate(spread, i + 1, s)));
  const room = reach.map((r, i): [number, number] => [r - 1, r - 1 + extra[i]!]);
  spread = padSpatial(spread, room, 0);
  const [channels, each] = [kernel.shape[0]!, kernel.shape[1]!];
  // [c, f / g, …] → […, c / g, f], flipped.
  const grouped = k.reshape(kernel, [groups, channels / groups, each, ...sizes]);
  const moved = k.transpose(grouped, [...sizes.map((_, i) => i + 3), 1, 0, 2]);
  const turned = k.flip(k.reshape(moved, [...sizes, channels / groups, groups * each]), {
    axis: sizes.map((_, i) => i),
  });
  const y = k.conv(spread, turned, { padding: "valid", dataFormat: "channels_last", dilationRate: dilations });
  const cut = sides.map(([low, high], i) => ({ start: Math.max(0, low), stop: full[i]! - Math.max(0, high) }));
  const kept = padSpatial(
    k.getItem(y, {}, ...cut),
    sides.map(([low, high]) => [Math.max(0, -low), Math.max(0, -high)]),
    0,
  );
  return toFirst(bias ? k.add(kept, bias) : kept);
}

/** Zeros between the elements along an axis. */
function dilate(x: T, axis: number, step: number): T {
  if (step === 1) return x;
  const size = x.shape[axis]!;
  const apart = k.expandDims(x, axis + 1);
  const widths = apart.shape.map((_, i): [number, number] => (i === axis + 1 ? [0, step - 1] : [0, 0]));
  const joined = k.reshape(k.pad(apart, widths), [...x.shape.slice(0, axis), size * step, ...x.shape.slice(axis + 1)]);
  return k.getItem(joined, ...x.shape.map((_, i) => (i === axis ? { stop: (size - 1) * step + 1 } : {})));
}

export const convolutions: OperatorTable = { Conv: conv, ConvInteger: convInteger, ConvTranspose: convTranspose };

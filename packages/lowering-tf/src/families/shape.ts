import { dim, type Dim, type DType, type Shape } from "@keras/ops";
import { binary, broadcast, cast, concat, fill, pad, reshape, reverse, slice, transpose } from "../emit/ops.ts";
import type { EmitterTable, NodeLike } from "../emit/table.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Fill, Val } from "../emit/value.ts";

export const allAxes = (shape: Shape): number[] => shape.map((_, i) => i);

/** Elements up to which iota is stored, not computed. */
const MAX_IOTA = 1024;

export function iota(e: Emitter, shape: Shape, axis: number, dtype: DType): Val {
  const size = shape[axis]!;
  const line: Shape = shape.map((d, i) => (i === axis ? d : 1));
  let values: Val;
  if (dim.isStatic(size) && size <= MAX_IOTA) {
    values = e.constant(
      Array.from({ length: size }, (_, i) => i),
      [size],
      dtype,
    );
  } else {
    const zero = e.scalar(0, "int32");
    const range = e.op("Range", [zero, e.size(size), e.scalar(1, "int32")], {}, { dtype: "int32", shape: [size] });
    values = cast(e, range, dtype);
  }
  return broadcast(e, reshape(e, values, line), shape);
}

/** The start of a block, moved so that the block lies inside. */
function clampedStart(e: Emitter, start: Val, shape: Shape, size: Shape): Val {
  const room = e.shape(shape.map((d, i) => dim.sub(d, size[i]!)));
  const least = e.ints(shape.map(() => 0));
  return binary(e, "Maximum", binary(e, "Minimum", cast(e, start, "int32"), room), least);
}

function dynamicSlice(e: Emitter, x: Val, start: Val, size: Shape): Val {
  if (size.length === 0) return x;
  const begin = clampedStart(e, start, x.shape, size);
  return e.op("Slice", [x, begin, e.shape(size)], {}, { dtype: x.dtype, shape: size });
}

function dynamicUpdateSlice(e: Emitter, x: Val, update: Val, start: Val): Val {
  if (x.shape.length === 0) return update;
  if (update.shape.includes(0)) return x;
  const begin = clampedStart(e, start, x.shape, update.shape);
  const end = binary(e, "AddV2", begin, e.shape(update.shape));
  const strides = e.ints(x.shape.map(() => 1));
  return e.op("TensorStridedSliceUpdate", [x, begin, end, strides, update], {}, { dtype: x.dtype, shape: x.shape });
}

/** Spreads elements `gap` apart along an axis, with `value` between them. */
function dilate(e: Emitter, x: Val, axis: number, gap: number, value: Val): Val {
  const size = x.shape[axis]!;
  const spread = reshape(e, x, [...x.shape.slice(0, axis + 1), 1, ...x.shape.slice(axis + 1)]);
  const high = spread.shape.map((_, i): Dim => (i === axis + 1 ? gap : 0));
  const low = high.map(() => 0);
  const longer = dim.mul(size, gap + 1);
  const flat = reshape(e, pad(e, spread, low, high, value), x.shape.with(axis, longer));
  return slice(e, flat, [axis], [0], [dim.sub(longer, gap)]);
}

interface PadAttrs {
  readonly low: readonly Dim[];
  readonly high: readonly Dim[];
  readonly interior: readonly number[];
}

const isNegative = (d: Dim): d is number => dim.isStatic(d) && d < 0;

/** Padding with gaps between elements and with negative amounts, which cut. */
export function padGeneral(e: Emitter, x: Val, value: Val, { low, high, interior }: PadAttrs): Val {
  let result = x;
  interior.forEach((gap, axis) => {
    // A single element has no gap; none at all stays none.
    if (gap > 0 && result.shape[axis] !== 1 && result.shape[axis] !== 0) result = dilate(e, result, axis, gap, value);
  });
  const least = (d: Dim): Dim => (isNegative(d) ? 0 : d);
  result = pad(e, result, low.map(least), high.map(least), value);
  const cut = allAxes(x.shape).filter((a) => isNegative(low[a]!) || isNegative(high[a]!));
  if (cut.length === 0) return result;
  const starts = cut.map((a) => (isNegative(low[a]!) ? -(low[a] as number) : 0));
  const limits = cut.map((a) => dim.add(result.shape[a]!, isNegative(high[a]!) ? high[a]! : 0));
  return slice(e, result, cut, starts, limits);
}

const shapeOf = (node: NodeLike): Shape => node.outputs[0]!.shape;

/** An integer constant keeps its exact value. */
const integral = (value: Fill): number | bigint => (typeof value === "bigint" ? value : Math.trunc(Number(value)));

export const shapes: EmitterTable = {
  reshape: { emit: (e, node, [x]) => reshape(e, x!, shapeOf(node)) },
  transpose: { emit: (e, node, [x]) => transpose(e, x!, (node.attrs as { perm: number[] }).perm) },
  broadcast_to: { emit: (e, node, [x]) => broadcast(e, x!, shapeOf(node)) },
  slice: {
    emit: (e, node, [x]) => {
      const { start, limit, strides } = node.attrs as { start: Dim[]; limit: Dim[]; strides?: number[] };
      return slice(e, x!, allAxes(x!.shape), start, limit, strides ?? x!.shape.map(() => 1));
    },
  },
  dynamic_slice: { emit: (e, node, [x, start]) => dynamicSlice(e, x!, start!, shapeOf(node)) },
  dynamic_update_slice: { emit: (e, _, [x, update, start]) => dynamicUpdateSlice(e, x!, update!, start!) },
  pad: { emit: (e, node, [x, value]) => padGeneral(e, x!, value!, node.attrs as unknown as PadAttrs) },
  concatenate: { emit: (e, node, xs) => concat(e, xs, (node.attrs as { axis: number }).axis) },
  reverse: { emit: (e, node, [x]) => reverse(e, x!, (node.attrs as { axis: number[] }).axis) },
  iota: { emit: (e, node) => iota(e, shapeOf(node), (node.attrs as { axis: number }).axis, node.outputs[0]!.dtype) },
  full: {
    supports: (_, attrs) => (attrs as { dtype: DType }).dtype !== "string",
    emit: (e, node) => {
      const { dtype, shape } = node.outputs[0]!;
      const { value } = node.attrs as { value: Fill };
      const isWhole = /^u?int/.test(dtype);
      return fill(e, dtype === "bool" ? Boolean(value) : isWhole ? integral(value) : Number(value), shape, dtype);
    },
  },
};

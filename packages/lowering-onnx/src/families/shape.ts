import { dim, isInteger, type Dim, type DType, type GraphNode, type Shape } from "@keras/ops";
import { binary, broadcast, cast, concat, fill, pad, reshape, reverse, slice, transpose } from "../emit/ops.ts";
import type { EmitterTable } from "../emit/table.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Fill, Val } from "../emit/value.ts";
import { kernelDType } from "../kernels.ts";
import { storageOf } from "./cast.ts";

const allAxes = (shape: Shape): number[] => shape.map((_, i) => i);

/** Elements up to which iota is stored, not computed. */
const MAX_IOTA = 4096;

function iota(e: Emitter, shape: Shape, axis: number, dtype: DType): Val {
  const size = shape[axis]!;
  const type = storageOf(e, dtype);
  const line: Shape = shape.map((d, i) => (i === axis ? d : 1));
  let values: Val;
  if (dim.isStatic(size) && size <= MAX_IOTA) {
    const numbers = Array.from({ length: size }, (_, i) => i);
    const wide = type === "int64" || type === "uint64";
    values = e.constant(wide ? numbers.map(BigInt) : numbers, [size], type);
  } else {
    const length = reshape(e, e.symbols.size(e, size), []);
    const range = e.op(
      "Range",
      [e.scalar(0, "int64"), length, e.scalar(1, "int64")],
      {},
      { dtype: "int64", shape: [size] },
    );
    values = cast(e, range, type);
  }
  return broadcast(e, reshape(e, values, line), shape);
}

/** The start of a block, moved so that the block lies inside: an int64 vector. */
function clampedStart(e: Emitter, start: Val, shape: Shape, size: Shape): Val {
  const room = cast(
    e,
    e.symbols.shape(
      e,
      shape.map((d, i) => dim.sub(d, size[i]!)),
    ),
    "int32",
  );
  const least = e.constant(
    shape.map(() => 0),
    [shape.length],
    "int32",
  );
  return cast(e, binary(e, "Max", binary(e, "Min", cast(e, start, "int32"), room), least), "int64");
}

function dynamicSlice(e: Emitter, x: Val, start: Val, size: Shape): Val {
  const begin = clampedStart(e, start, x.shape, size);
  const end = binary(e, "Add", begin, e.symbols.shape(e, size));
  return e.op("Slice", [x, begin, end, e.int64(allAxes(x.shape))], {}, { dtype: x.dtype, shape: size });
}

/** Writes a block by scattering its elements, or, where it spans the last axes wholly, rows of them. */
function dynamicUpdateSlice(e: Emitter, x: Val, update: Val, start: Val): Val {
  const { shape } = x;
  const size = update.shape;
  const begin = clampedStart(e, start, shape, size);
  let depth = shape.length;
  while (depth > 1 && dim.equal(size[depth - 1]!, shape[depth - 1]!)) depth--;
  if (shape.length === 0) return update;
  const grid = Array.from({ length: depth }, (_, axis): Val => {
    const line = iota(e, size.slice(0, depth), axis, "int64");
    const at = slice(e, begin, [0], [axis], [axis + 1]);
    const position = binary(e, "Add", line, reshape(e, at, []));
    return reshape(e, broadcast(e, position, size.slice(0, depth)), [...size.slice(0, depth), 1]);
  });
  return e.op("ScatterND", [x, concat(e, grid, depth), update], {}, { dtype: x.dtype, shape });
}

/** Spreads elements `gap` apart along an axis, with `value` between them. */
function dilate(e: Emitter, x: Val, axis: number, gap: number, value: Val): Val {
  const size = x.shape[axis]!;
  const spread = reshape(e, x, [...x.shape.slice(0, axis + 1), 1, ...x.shape.slice(axis + 1)]);
  const high = spread.shape.map((_, i): Dim => (i === axis + 1 ? gap : 0));
  const padded = pad(
    e,
    spread,
    high.map(() => 0),
    high,
    value,
  );
  const longer = dim.mul(size, gap + 1);
  const flat = reshape(e, padded, x.shape.with(axis, longer));
  return slice(e, flat, [axis], [0], [dim.sub(longer, gap)]);
}

interface PadAttrs {
  readonly low: readonly Dim[];
  readonly high: readonly Dim[];
  readonly interior: readonly number[];
}

const negative = (d: Dim): d is number => dim.isStatic(d) && d < 0;

/** Padding with gaps between elements and with negative amounts, which cut. */
export function padGeneral(e: Emitter, x: Val, value: Val, { low, high, interior }: PadAttrs): Val {
  let result = x;
  interior.forEach((gap, axis) => {
    // A single element has no gap; none at all stays none.
    if (gap > 0 && result.shape[axis] !== 1 && result.shape[axis] !== 0) result = dilate(e, result, axis, gap, value);
  });
  result = pad(
    e,
    result,
    low.map((d) => (negative(d) ? 0 : d)),
    high.map((d) => (negative(d) ? 0 : d)),
    value,
  );
  const cut = allAxes(x.shape).filter((a) => negative(low[a]!) || negative(high[a]!));
  if (cut.length === 0) return result;
  const starts = cut.map((a) => (negative(low[a]!) ? -(low[a] as number) : 0));
  const limits = cut.map((a) => dim.add(result.shape[a]!, negative(high[a]!) ? high[a]! : 0));
  return slice(e, result, cut, starts, limits);
}

const shapeOf = (node: GraphNode): Shape => node.outputs[0]!.shape;

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
  pad: {
    supports: ([x]) => kernelDType("Pad", x!.dtype) !== null,
    emit: (e, node, [x, value]) => padGeneral(e, x!, value!, node.attrs as unknown as PadAttrs),
  },
  concatenate: { emit: (e, node, xs) => concat(e, xs, (node.attrs as { axis: number }).axis) },
  reverse: { emit: (e, node, [x]) => reverse(e, x!, (node.attrs as { axis: number[] }).axis) },
  iota: { emit: (e, node) => iota(e, shapeOf(node), (node.attrs as { axis: number }).axis, node.outputs[0]!.dtype) },
  full: {
    emit: (e, node) => {
      const { dtype, shape } = node.outputs[0]!;
      const { value } = node.attrs as { value: Fill };
      return fill(
        e,
        dtype === "bool" ? Boolean(value) : isInteger(dtype) ? integral(value) : Number(value),
        shape,
        storageOf(e, dtype),
      );
    },
  },
};

/** An integer constant keeps its exact value. */
const integral = (value: Fill): number | bigint => (typeof value === "bigint" ? value : Math.trunc(Number(value)));

import { decodeSmallFloats, dim, isInteger, type Dim, type GraphNode, type NDArray } from "@keras/ops";
import { binary, broadcast, cast, concat, padGeneral, reshape, reverse, slice, transpose } from "../emit/ops.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/ir.ts";
import type { EmitterTable } from "../emit/table.ts";

const axesOf = (x: Val): number[] => x.shape.map((_, i) => i);

function iota(e: Emitter, node: GraphNode): Val {
  const { shape, dtype } = node.outputs[0]!;
  const { axis } = node.attrs as { axis: number };
  const size = shape[axis]!;
  const line = dim.isStatic(size)
    ? e.numbers(
        Array.from({ length: size }, (_, i) => i),
        [size],
        "int32",
      )
    : e.op(
        "Range",
        [e.scalar(0, "int64"), reshape(e, e.size(size), []), e.scalar(1, "int64")],
        { dtype: "int32", shape: [size] },
        { output_type: "i32" },
        "opset4",
      );
  const placed = reshape(
    e,
    cast(e, line, dtype),
    shape.map((d, i) => (i === axis ? d : 1)),
  );
  return broadcast(e, placed, shape);
}

function full(e: Emitter, node: GraphNode): Val {
  const { shape, dtype } = node.outputs[0]!;
  const { value } = node.attrs as { value: number | bigint | boolean };
  const number =
    dtype === "bool" ? Boolean(value) : isInteger(dtype) && typeof value === "number" ? Math.trunc(value) : value;
  return broadcast(e, e.scalar(number, dtype), shape);
}

/** Where a block begins, held inside. */
function clampedStart(e: Emitter, start: Val, sizes: readonly Dim[], block: readonly Dim[]): Val {
  const limit = e.sizes(sizes.map((d, i) => dim.sub(d, block[i]!)));
  return binary(e, "Maximum", binary(e, "Minimum", cast(e, start, "int64"), limit), e.int64([0]));
}

function dynamicSlice(e: Emitter, node: GraphNode, x: Val, start: Val): Val {
  const { shape } = node.outputs[0]!;
  const from = clampedStart(e, start, x.shape, shape);
  const to = binary(e, "Add", from, e.sizes(shape));
  const ones = e.int64(shape.map(() => 1));
  return e.op("Slice", [x, from, to, ones, e.int64(axesOf(x))], { dtype: x.dtype, shape }, {}, "opset8");
}

/** The block's flat positions: its own, moved by the start. */
function dynamicUpdateSlice(e: Emitter, x: Val, update: Val, start: Val): Val {
  const from = clampedStart(e, start, x.shape, update.shape);
  const rank = x.shape.length;
  const grids = update.shape.map((d, axis) => {
    const line = dim.isStatic(d)
      ? e.numbers(
          Array.from({ length: d }, (_, i) => i),
          [d],
          "int64",
        )
      : e.op(
          "Range",
          [e.scalar(0, "int64"), reshape(e, e.size(d), []), e.scalar(1, "int64")],
          { dtype: "int64", shape: [d] },
          { output_type: "i64" },
          "opset4",
        );
    const at = binary(e, "Add", line, slice(e, from, [0], [axis], [axis + 1]));
    const placed = reshape(e, at, [...update.shape.map((s, i) => (i === axis ? s : 1)), 1]);
    return broadcast(e, placed, [...update.shape, 1]);
  });
  return e.op("ScatterNDUpdate", [x, concat(e, grids, rank), update], x, { reduction: "none" }, "opset15");
}

export const shapes: EmitterTable = {
  reshape: { emit: (e, node, [x]) => reshape(e, x!, node.outputs[0]!.shape) },
  transpose: { emit: (e, node, [x]) => transpose(e, x!, (node.attrs as { perm: number[] }).perm) },
  broadcast_to: { emit: (e, node, [x]) => broadcast(e, x!, node.outputs[0]!.shape) },
  slice: {
    emit: (e, node, [x]) => {
      const { start, limit, strides } = node.attrs as { start: Dim[]; limit: Dim[]; strides?: number[] };
      return slice(e, x!, axesOf(x!), start, limit, strides ?? x!.shape.map(() => 1));
    },
  },
  dynamic_slice: { emit: (e, node, [x, start]) => dynamicSlice(e, node, x!, start!) },
  dynamic_update_slice: { emit: (e, _, [x, update, start]) => dynamicUpdateSlice(e, x!, update!, start!) },
  pad: {
    emit: (e, node, [x, value]) => {
      const { low, high, interior } = node.attrs as { low: Dim[]; high: Dim[]; interior: number[] };
      if (x!.dtype !== "bool") return padGeneral(e, x!, value!, low, high, interior);
      return cast(e, padGeneral(e, cast(e, x!, "uint8"), cast(e, value!, "uint8"), low, high, interior), "bool");
    },
  },
  concatenate: { emit: (e, node, xs) => concat(e, xs, (node.attrs as { axis: number }).axis) },
  reverse: { emit: (e, node, [x]) => reverse(e, x!, (node.attrs as { axis: number[] }).axis) },
  iota: { emit: (e, node) => iota(e, node) },
  full: { emit: (e, node) => full(e, node) },
  constant: {
    emit: (e, node) => {
      const { value } = node.attrs as { value: NDArray };
      if (value.dtype !== "bfloat16") return e.data(value.values, value.shape, value.dtype);
      const wide = e.data(decodeSmallFloats(value.values as Uint16Array, "bfloat16"), value.shape, "float32");
      return cast(e, wide, "bfloat16");
    },
  },
};

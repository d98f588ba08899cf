import { dim, isInteger, type Dim, type GraphNode, type NDArray } from "@keras/ops";
import { storageOf, type Emitter, type Val } from "../emit/emitter.ts";
import {
  binary,
  broadcast,
  cast,
  compare,
  concat,
  gather,
  like,
  padGeneral,
  reshape,
  reverse,
  select,
  slice,
  transpose,
} from "../emit/ops.ts";
import type { EmitterTable } from "../emit/table.ts";

const axesOf = (x: Val): number[] => x.shape.map((_, i) => i);

function range(e: Emitter, size: Dim): Val {
  if (dim.isStatic(size)) return e.int32(Array.from({ length: size }, (_, i) => i));
  return e.op("RANGE", [e.scalar(0, "int32"), reshape(e, e.size(size), []), e.scalar(1, "int32")], {
    dtype: "int32",
    shape: [size],
  });
}

function iota(e: Emitter, node: GraphNode): Val {
  const { shape, dtype } = node.outputs[0]!;
  const { axis } = node.attrs as { axis: number };
  const line = cast(e, range(e, shape[axis]!), storageOf(dtype)!);
  return broadcast(
    e,
    reshape(
      e,
      line,
      shape.map((d, i) => (i === axis ? d : 1)),
    ),
    shape,
  );
}

function full(e: Emitter, node: GraphNode): Val {
  const { shape, dtype } = node.outputs[0]!;
  const { value } = node.attrs as { value: number | bigint | boolean };
  const number = isInteger(dtype) && typeof value === "number" ? Math.trunc(value) : value;
  return broadcast(e, e.scalar(number, dtype), shape);
}

/** Where a block begins, held inside. */
function clamped(e: Emitter, start: Val, sizes: readonly Dim[], block: readonly Dim[]): Val {
  const limit = e.sizes(sizes.map((d, i) => dim.sub(d, block[i]!)));
  return binary(e, "MAXIMUM", binary(e, "MINIMUM", cast(e, start, "int32"), limit), e.int32([0]));
}

const indexType = (e: Emitter, x: Val): Val => (x.dtype === "int32" || x.dtype === "int64" ? x : cast(e, x, "int32"));

/** x with updates at indices: sums go into zeros, what is set takes the place of what was there. */
function scatter(e: Emitter, node: GraphNode, x: Val, indices: Val, updates: Val): Val {
  const at = cast(e, indices, "int32");
  const place = (values: Val): Val =>
    e.op("SCATTER_ND", [at, values, e.sizes(x.shape)], { dtype: values.dtype, shape: x.shape });
  if ((node.attrs as { mode: string }).mode === "add") return binary(e, "ADD", x, place(updates));
  const hit = place(broadcast(e, e.scalar(1, "int32"), updates.shape));
  return select(e, compare(e, "GREATER", hit, like(e, 0, hit)), place(updates), x);
}

export const shapes: EmitterTable = {
  reshape: { emit: (e, node, [x]) => reshape(e, x!, node.outputs[0]!.shape) },
  transpose: {
    supports: ([x]) => x!.shape.length <= 6,
    emit: (e, node, [x]) => transpose(e, x!, (node.attrs as { perm: number[] }).perm),
  },
  broadcast_to: { emit: (e, node, [x]) => broadcast(e, x!, node.outputs[0]!.shape) },
  slice: {
    supports: ([x]) => x!.shape.length <= 5,
    emit: (e, node, [x]) => {
      const { start, limit, strides } = node.attrs as { start: Dim[]; limit: Dim[]; strides?: number[] };
      return slice(e, x!, axesOf(x!), start, limit, strides ?? x!.shape.map(() => 1));
    },
  },
  dynamic_slice: {
    supports: ([x]) => x!.shape.length <= 5,
    emit: (e, node, [x, start]) => {
      const { shape } = node.outputs[0]!;
      return e.op("SLICE", [x!, clamped(e, start!, x!.shape, shape), e.sizes(shape)], { dtype: x!.dtype, shape });
    },
  },
  dynamic_update_slice: {
    emit: (e, _, [x, update, start]) =>
      e.op("DYNAMIC_UPDATE_SLICE", [x!, update!, clamped(e, start!, x!.shape, update!.shape)], {
        dtype: x!.dtype,
        shape: x!.shape,
      }),
  },
  pad: {
    supports: ([x]) => x!.shape.length <= 5,
    emit: (e, node, [x, value]) => {
      const { low, high, interior } = node.attrs as { low: Dim[]; high: Dim[]; interior: number[] };
      if (x!.dtype !== "bool") return padGeneral(e, x!, value!, low, high, interior);
      const padded = padGeneral(e, cast(e, x!, "int32"), cast(e, value!, "int32"), low, high, interior);
      return compare(e, "NOT_EQUAL", padded, like(e, 0, padded));
    },
  },
  concatenate: { emit: (e, node, xs) => concat(e, xs, (node.attrs as { axis: number }).axis) },
  reverse: { emit: (e, node, [x]) => reverse(e, x!, (node.attrs as { axis: number[] }).axis) },
  iota: { emit: (e, node) => iota(e, node) },
  full: { emit: (e, node) => full(e, node) },
  constant: {
    emit: (e, node) => {
      const { value } = node.attrs as { value: NDArray };
      return e.data(value.values, value.shape, value.dtype);
    },
  },
  gather: {
    emit: (e, node, [x, indices]) => gather(e, x!, indexType(e, indices!), (node.attrs as { axis: number }).axis),
  },
  gather_nd: {
    supports: (_, attrs) => (attrs as { batchDims?: number }).batchDims === 0,
    emit: (e, node, [x, indices]) =>
      e.op("GATHER_ND", [x!, indexType(e, indices!)], { dtype: x!.dtype, shape: node.outputs[0]!.shape }),
  },
  scatter_nd: {
    supports: ([x], attrs) =>
      ["add", "set"].includes((attrs as { mode?: string }).mode ?? "") &&
      (x!.dtype.startsWith("float") || x!.dtype === "int32"),
    emit: (e, node, [x, indices, updates]) => scatter(e, node, x!, indices!, updates!),
  },
};

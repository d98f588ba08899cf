import { isFloat, type GraphNode } from "@keras/ops";
import { cast, gather, reshape } from "../emit/ops.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/ir.ts";
import type { EmitterTable } from "../emit/table.ts";

const REDUCTION: Readonly<Record<string, string>> = {
  set: "none",
  add: "sum",
  multiply: "prod",
  min: "min",
  max: "max",
};

const indexType = (e: Emitter, x: Val): Val => (x.dtype === "int32" || x.dtype === "int64" ? x : cast(e, x, "int64"));

function sorted(
  e: Emitter,
  node: GraphNode,
  x: Val,
  axis: number,
  mode: "min" | "max",
  k: number | null,
): readonly Val[] {
  const count = k === null ? reshape(e, e.size(x.shape[axis]!), []) : e.scalar(k, "int64");
  const shape = k === null ? x.shape : x.shape.with(axis, k);
  const numbers = x.dtype === "bool" ? cast(e, x, "int32") : x;
  const data = { axis, mode, sort: "value", index_element_type: "i32", stable: true };
  const [values, indices] = e.ops(
    "TopK",
    [numbers, count],
    [
      { dtype: numbers.dtype, shape },
      { dtype: "int32", shape },
    ],
    data,
    "opset11",
  );
  return [cast(e, values!, x.dtype), indices!];
}

export const indexing: EmitterTable = {
  gather: {
    emit: (e, node, [x, indices]) => gather(e, x!, indexType(e, indices!), (node.attrs as { axis: number }).axis),
  },
  gather_nd: {
    emit: (e, node, [x, indices]) =>
      e.op(
        "GatherND",
        [x!, indexType(e, indices!)],
        node.outputs[0]!,
        { batch_dims: (node.attrs as { batchDims: number }).batchDims },
        "opset8",
      ),
  },
  scatter_nd: {
    supports: ([x], attrs) => (attrs as { mode?: string }).mode === "set" || isFloat(x!.dtype) || x!.dtype === "int32",
    emit: (e, node, [x, indices, updates]) =>
      e.op(
        "ScatterNDUpdate",
        [x!, indexType(e, indices!), updates!],
        x!,
        { reduction: REDUCTION[(node.attrs as { mode: string }).mode]! },
        "opset15",
      ),
  },
  sort: { emit: (e, node, [x]) => sorted(e, node, x!, (node.attrs as { axis: number }).axis, "min", null)[0]! },
  argsort: { emit: (e, node, [x]) => sorted(e, node, x!, (node.attrs as { axis: number }).axis, "min", null)[1]! },
  top_k: { emit: (e, node, [x]) => sorted(e, node, x!, x!.shape.length - 1, "max", (node.attrs as { k: number }).k) },
};

import { dim, isFloat, type GraphNode } from "@keras/ops";
import { binary, cast, like, pad, reduce, reshape, reverse, slice } from "../emit/ops.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/ir.ts";
import type { EmitterTable, OpEmitter } from "../emit/table.ts";

interface ReduceAttrs {
  readonly axis: readonly number[];
  readonly keepdims: boolean;
}
const reduction = (type: string, logic?: string): OpEmitter => ({
  supports: ([x]) => x!.dtype !== "bool" || logic !== undefined,
  emit: (e, node, [x]) => {
    const { axis, keepdims } = node.attrs as unknown as ReduceAttrs;
    return reduce(e, x!.dtype === "bool" ? logic! : type, x!, axis, keepdims);
  },
});

/** The index of an extremum; of equal ones the first. */
function place(e: Emitter, node: GraphNode, x: Val, mode: "max" | "min"): Val {
  const { axis } = node.attrs as unknown as { axis: number };
  const numbers = x.dtype === "bool" ? cast(e, x, "int32") : x;
  const shape = x.shape.with(axis, 1);
  const data = { axis, mode, sort: "value", index_element_type: "i32", stable: true };
  const found = e.ops(
    "TopK",
    [numbers, e.scalar(1, "int64")],
    [
      { dtype: numbers.dtype, shape },
      { dtype: "int32", shape },
    ],
    data,
    "opset11",
  )[1]!;
  return reshape(e, found, node.outputs[0]!.shape);
}

interface RunningAttrs {
  readonly axis: number;
  readonly reverse?: boolean;
  readonly exclusive?: boolean;
}

/** Running products, for which there is no layer: each element times the one 1, 2, 4, … places before it. */
function cumprod(e: Emitter, node: GraphNode, x: Val): Val {
  const { axis, reverse: backwards, exclusive } = node.attrs as unknown as RunningAttrs;
  const size = x.shape[axis] as number;
  const shifted = (v: Val, by: number): Val => {
    const at = (n: number): number[] => v.shape.map((_, i) => (i === axis ? n : 0));
    return pad(e, slice(e, v, [axis], [0], [size - by]), at(by), at(0), like(e, 1, v));
  };
  let y = backwards ? reverse(e, x, [axis]) : x;
  for (let by = 1; by < size; by *= 2) y = binary(e, "Multiply", y, shifted(y, by));
  if (exclusive) y = shifted(y, 1);
  return backwards ? reverse(e, y, [axis]) : y;
}

export const reductions: EmitterTable = {
  sum: reduction("ReduceSum"),
  prod: reduction("ReduceProd"),
  max: reduction("ReduceMax", "ReduceLogicalOr"),
  min: reduction("ReduceMin", "ReduceLogicalAnd"),
  any: reduction("", "ReduceLogicalOr"),
  all: reduction("", "ReduceLogicalAnd"),
  argmax: { emit: (e, node, [x]) => place(e, node, x!, "max") },
  argmin: { emit: (e, node, [x]) => place(e, node, x!, "min") },
  cumprod: {
    supports: ([x], attrs) => isFloat(x!.dtype) && dim.isStatic(x!.shape[(attrs as unknown as RunningAttrs).axis]!),
    emit: (e, node, [x]) => cumprod(e, node, x!),
  },
  cumsum: {
    supports: ([x]) => isFloat(x!.dtype) || x!.dtype === "int32" || x!.dtype === "int64",
    emit: (e, node, [x]) => {
      const { axis, reverse, exclusive } = node.attrs as { axis: number; reverse?: boolean; exclusive?: boolean };
      return e.op(
        "CumSum",
        [x!, e.scalar(axis, "int64")],
        x!,
        { exclusive: exclusive ?? false, reverse: reverse ?? false },
        "opset3",
      );
    },
  },
};

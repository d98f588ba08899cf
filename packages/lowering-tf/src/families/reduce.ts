import { isComplex, isFloat, reducedShape } from "@keras/ops";
import { dtypeOf, fill, inSingle, limits, reduce, test, where } from "../emit/ops.ts";
import type { EmitterTable, NodeLike, OpEmitter } from "../emit/table.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/value.ts";

interface ReduceAttrs {
  readonly axis: readonly number[];
  readonly keepdims: boolean;
}

const attrsOf = (node: NodeLike): ReduceAttrs => node.attrs as unknown as ReduceAttrs;

/** Sums and products; of half types in single precision. */
const total = (op: "Sum" | "Prod"): OpEmitter => ({
  supports: ([x]) => x!.dtype !== "bool",
  emit: (e, node, [x]) => {
    const { axis, keepdims } = attrsOf(node);
    return inSingle(e, [x!], ([v]) => reduce(e, op, v!, axis, keepdims));
  },
});

function extremum(op: "Max" | "Min"): OpEmitter {
  return {
    supports: ([x]) => !isComplex(x!.dtype),
    emit: (e, node, [x]) => {
      const { axis, keepdims } = attrsOf(node);
      const dtype = dtypeOf(x!);
      if (x!.shape.includes(0))
        return fill(e, limits(dtype)[op === "Max" ? 0 : 1], reducedShape(x!.shape, axis, keepdims), dtype);
      return reduce(e, dtype === "bool" ? (op === "Max" ? "Any" : "All") : op, x!, axis, keepdims);
    },
  };
}

/** Index of the first extremum, where NaN counts as one: TensorFlow passes over it. */
function indexOf(op: "ArgMax" | "ArgMin"): OpEmitter {
  const find = (e: Emitter, kind: string, x: Val, axis: number): Val =>
    e.op(kind, [x, e.scalar(axis, "int32")], {}, { dtype: "int32", shape: x.shape.toSpliced(axis, 1) });
  return {
    supports: ([x]) => !isComplex(x!.dtype),
    emit: (e, node, [x]) => {
      const { axis, keepdims } = node.attrs as { axis: number; keepdims: boolean };
      let best = find(e, op, x!, axis);
      if (isFloat(dtypeOf(x!)) && e.isRuntime) {
        const isNaN = test(e, "IsNan", x!);
        best = where(e, reduce(e, "Any", isNaN, [axis], false), find(e, "ArgMax", isNaN, axis), best);
      }
      if (!keepdims) return best;
      const shape = x!.shape.with(axis, 1);
      return e.op("Reshape", [best, e.shape(shape)], {}, { dtype: "int32", shape });
    },
  };
}

function running(op: "Cumsum" | "Cumprod"): OpEmitter {
  return {
    supports: ([x]) => x!.dtype !== "bool",
    emit: (e, node, [x]) => {
      const { axis, reverse, exclusive } = node.attrs as { axis: number; reverse?: boolean; exclusive?: boolean };
      const attributes = { reverse: reverse ?? false, exclusive: exclusive ?? false };
      return inSingle(e, [x!], ([v]) =>
        e.op(op, [v!, e.scalar(axis, "int32")], attributes, { dtype: v!.dtype, shape: x!.shape }),
      );
    },
  };
}

const truth = (op: "Any" | "All"): OpEmitter => ({
  emit: (e, node, [x]) => reduce(e, op, x!, attrsOf(node).axis, attrsOf(node).keepdims),
});

export const reductions: EmitterTable = {
  sum: total("Sum"),
  prod: total("Prod"),
  max: extremum("Max"),
  min: extremum("Min"),
  any: truth("Any"),
  all: truth("All"),
  argmax: indexOf("ArgMax"),
  argmin: indexOf("ArgMin"),
  cumsum: running("Cumsum"),
  cumprod: running("Cumprod"),
};

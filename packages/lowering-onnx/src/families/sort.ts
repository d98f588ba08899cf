import { isFloat, type Dim, type GraphNode } from "@keras/ops";
import { binary, bitcast, cast, compare, fill, literal, where } from "../emit/ops.ts";
import { unlessNaN } from "../emit/nan.ts";
import type { EmitterTable } from "../emit/table.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/value.ts";
import { kernelDType } from "../kernels.ts";

/**
 * Numbers that sort as those of `x` do, with NaN last and -0 equal to 0: TopK's heap is confused by NaN. The bits of a float, as a
 * signed integer, grow with it where it is positive; where it is negative the other bits are flipped.
 */
function sortKey(e: Emitter, x: Val): Val {
  if (x.dtype === "bool") return cast(e, x, "uint8");
  if (!isFloat(x.dtype) || e.target.opset < 26) return cast(e, x, kernelDType("TopK", x.dtype)!);
  const wide = x.dtype === "float64";
  const integer = wide ? "int64" : "int32";
  const nan = literal(e, Number.NaN, x);
  const one = where(e, compare(e, "Equal", x, x), binary(e, "Add", x, literal(e, 0, x)), nan);
  const bits = bitcast(e, one, integer);
  const flip = e.scalar(wide ? 2n ** 63n - 1n : 2 ** 31 - 1, integer);
  return where(e, compare(e, "Less", bits, literal(e, 0, bits)), binary(e, "BitwiseXor", bits, flip), bits);
}

const hasNone = (x: Val): boolean => x.shape.some((d) => d === 0);

/** Indices of the first `count` elements in order along an axis; equal ones in the order they stand. */
function order(e: Emitter, x: Val, axis: number, count: Dim, largest: boolean): Val {
  const shape = x.shape.with(axis, count);
  // TopK divides by the number of rows.
  if (hasNone(x)) return fill(e, 0, shape, "int64");
  const attributes = { axis, largest: largest ? 1 : 0, sorted: 1 };
  const size = e.symbols.size(e, count);
  const indices = { dtype: "int64", shape } as const;
  const sorted = (b: Emitter, key: Val): readonly Val[] => [
    b.ops("TopK", [key, size], attributes, [{ dtype: key.dtype, shape }, indices])[1]!,
  ];
  if (!isFloat(x.dtype)) return sorted(e, sortKey(e, x))[0]!;
  const type = kernelDType("TopK", x.dtype)!;
  return unlessNaN(
    e,
    x,
    [indices],
    (b) => sorted(b, cast(b, x, type)),
    (b) => sorted(b, sortKey(b, x)),
  )[0]!;
}

const pick = (e: Emitter, x: Val, indices: Val, axis: number): Val =>
  hasNone(indices)
    ? fill(e, x.dtype === "bool" ? false : 0, indices.shape, x.dtype)
    : e.op("GatherElements", [x, indices], { axis }, { dtype: x.dtype, shape: indices.shape });

const axisOf = (node: GraphNode): number => (node.attrs as { axis: number }).axis;

const sortable: NonNullable<EmitterTable[string]["supports"]> = ([x]) =>
  x!.dtype === "bool" || kernelDType("TopK", x!.dtype) !== null;

export const sorting: EmitterTable = {
  sort: {
    supports: sortable,
    emit: (e, node, [x]) => pick(e, x!, order(e, x!, axisOf(node), x!.shape[axisOf(node)]!, false), axisOf(node)),
  },
  argsort: {
    supports: sortable,
    emit: (e, node, [x]) => cast(e, order(e, x!, axisOf(node), x!.shape[axisOf(node)]!, false), "int32"),
  },
  top_k: {
    supports: sortable,
    emit: (e, node, [x]) => {
      const axis = x!.shape.length - 1;
      const indices = order(e, x!, axis, (node.attrs as { k: number }).k, true);
      return [pick(e, x!, indices, axis), cast(e, indices, "int32")];
    },
  },
};

import { isComplex, isFloat, type Dim } from "@keras/ops";
import { binary, bitcast, cast, compare, dtypeOf, gather, literal, transpose, unary, where } from "../emit/ops.ts";
import type { EmitterTable, NodeLike } from "../emit/table.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/value.ts";

/**
 * Integers that sort as the numbers of `x` do, with NaN last and -0 equal to 0. The bits of a float, as a signed integer, grow with it
 * where it is positive; where it is negative the other bits are flipped.
 */
function sortKey(e: Emitter, given: Val): Val {
  const dtype = dtypeOf(given);
  if (dtype === "bool") return cast(e, given, "uint8");
  if (!isFloat(dtype)) return given;
  const isWide = dtype === "float64";
  const x = isWide ? given : cast(e, given, "float32");
  const integer = isWide ? "int64" : "int32";
  const one = where(e, compare(e, "Equal", x, x), binary(e, "AddV2", x, literal(e, 0, x)), literal(e, Number.NaN, x));
  const bits = bitcast(e, one, integer);
  const flip = e.scalar(isWide ? 2n ** 63n - 1n : 2 ** 31 - 1, integer);
  return where(e, compare(e, "Less", bits, literal(e, 0, bits)), binary(e, "BitwiseXor", bits, flip), bits);
}

/** Indices of the first `count` elements in order along the last axis; equal ones in the order they stand. */
function order(e: Emitter, x: Val, count: Dim, largest: boolean): Val {
  const key = sortKey(e, x);
  const ranked = largest ? key : unary(e, "Invert", key);
  const shape = x.shape.with(x.shape.length - 1, count);
  const operands = [ranked, e.size(count)];
  const results = [
    { dtype: key.dtype, shape },
    { dtype: "int32", shape },
  ] as const;
  return e.ops("TopKV2", operands, { sorted: true }, results)[1]!;
}

/** Swaps an axis with the last one; the same swap undoes it. */
function swapped(e: Emitter, x: Val, axis: number): Val {
  const last = x.shape.length - 1;
  const perm = x.shape.map((_, i) => (i === axis ? last : i === last ? axis : i));
  return transpose(e, x, perm);
}

const pick = (e: Emitter, x: Val, indices: Val): Val => {
  const last = x.shape.length - 1;
  return gather(e, x, indices, last, last);
};

const axisOf = (node: NodeLike): number => (node.attrs as { axis: number }).axis;

const sortable: NonNullable<EmitterTable[string]["supports"]> = ([x]) => !isComplex(x!.dtype) && !x!.shape.includes(0);

export const sorting: EmitterTable = {
  sort: {
    supports: sortable,
    emit: (e, node, [x]) => {
      const along = swapped(e, x!, axisOf(node));
      return swapped(e, pick(e, along, order(e, along, along.shape.at(-1)!, false)), axisOf(node));
    },
  },
  argsort: {
    supports: sortable,
    emit: (e, node, [x]) => {
      const along = swapped(e, x!, axisOf(node));
      return swapped(e, order(e, along, along.shape.at(-1)!, false), axisOf(node));
    },
  },
  top_k: {
    supports: sortable,
    emit: (e, node, [x]) => {
      const indices = order(e, x!, (node.attrs as { k: number }).k, true);
      return [pick(e, x!, indices), indices];
    },
  },
};

import { scalarTensor } from "../../convert.ts";
import { dispatch } from "../../execution/dispatch.ts";
import type { Dim } from "../../dim.ts";
import { fullLike } from "../../numpy/full-like.ts";
import type { PadAttrs } from "../../numpy/pad-primitive.ts";
import type { SliceAttrs } from "../../numpy/slice.ts";
import { where } from "../../numpy/where.ts";
import { alignRank, materialize, rows, type BatchContext, type Mapped } from "../mapped.ts";

const later = (axis: number): number => axis + 1;

/** Ops with an attribute `axis`, one or several: every axis of an example lies one place further back. @internal */
export function alongAxis({ op, attrs, inputs, size }: BatchContext): readonly Mapped[] {
  const { axis } = attrs as { readonly axis: number | readonly number[] };
  const shifted = typeof axis === "number" ? later(axis) : axis.map(later);
  const operands = inputs.map((v) => materialize(v, size));
  return dispatch(op, operands, { ...attrs, axis: shifted }).map(rows);
}

/** Ops on the last axes that take leading ones as batches. @internal */
export function onLastAxes({ op, attrs, inputs, size }: BatchContext): readonly Mapped[] {
  const operands = inputs.map((v) => materialize(v, size));
  return dispatch(op, operands, attrs).map(rows);
}

/** The new shape begins with the number of examples. @internal */
export function reshapeRule({ op, attrs, inputs: [v], size }: BatchContext): readonly Mapped[] {
  const { shape } = attrs as { readonly shape: readonly Dim[] };
  return dispatch(op, [v!.x], { ...attrs, shape: [size, ...shape] }).map(rows);
}

/** @internal */
export function broadcastRule({ op, attrs, inputs: [v], size }: BatchContext): readonly Mapped[] {
  const { shape } = attrs as { readonly shape: readonly Dim[] };
  return dispatch(op, [alignRank(v!, shape.length)], { ...attrs, shape: [size, ...shape] }).map(rows);
}

/** @internal */
export function transposeRule({ op, attrs, inputs: [v] }: BatchContext): readonly Mapped[] {
  const { perm } = attrs as { readonly perm: readonly number[] };
  return dispatch(op, [v!.x], { ...attrs, perm: [0, ...perm.map(later)] }).map(rows);
}

/** @internal */
export function sliceRule({ op, attrs, inputs: [v], size }: BatchContext): readonly Mapped[] {
  const { start, limit, strides } = attrs as SliceAttrs;
  const whole = { ...attrs, start: [0, ...start], limit: [size, ...limit], strides: [1, ...strides] };
  return dispatch(op, [v!.x], whole).map(rows);
}

/** A value of its own for each example is put where padding with a mark has left the mark. @internal */
export function padRule({ op, attrs, inputs: [v, value], size }: BatchContext): readonly Mapped[] {
  const { low, high, interior } = attrs as PadAttrs;
  const whole = { ...attrs, low: [0, ...low], high: [0, ...high], interior: [0, ...interior] };
  const x = materialize(v!, size);
  if (!value!.mapped) return dispatch(op, [x, value!.x], whole).map(rows);
  const [padded] = dispatch(op, [x, scalarTensor(0, x.dtype)], whole);
  const inside = fullLike(x, true, { dtype: "bool" });
  const [kept] = dispatch(op, [inside, scalarTensor(false, "bool")], whole);
  return [rows(where(kept!, padded!, alignRank(value!, x.ndim - 1)))];
}

import { dim, type Dim, type Shape } from "../dim.ts";
import type { Attrs, OpDef } from "../op.ts";
import { broadcastTo } from "../numpy/broadcast-to.ts";
import { reshape } from "../numpy/reshape.ts";
import { transpose } from "../numpy/transpose.ts";
import type { Spec } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** A value of a function that is applied to many examples at once: one per example along axis 0, or one for all of them. @internal */
export interface Mapped {
  readonly x: Tensor;
  readonly mapped: boolean;
}

/** An op that is to be applied to every example; at least one operand is mapped. @internal */
export interface BatchContext {
  readonly op: OpDef;
  readonly attrs: Attrs;
  readonly inputs: readonly Mapped[];
  /** How many examples there are. */
  readonly size: Dim;
}

/** How an op is applied to all examples at once. @internal */
export type BatchRule = (context: BatchContext) => readonly Mapped[];

/** A value that every example shares. @internal */
export function shared(x: Tensor): Mapped {
  return { x, mapped: false };
}

/** A value with one row per example. @internal */
export function rows(x: Tensor): Mapped {
  return { x, mapped: true };
}

/** Shape and dtype that one example sees. @internal */
export function exampleSpec({ x, mapped }: Mapped): Spec {
  const shape: Shape = x.shape;
  return { shape: mapped ? shape.slice(1) : shape, dtype: x.dtype };
}

/** Rank that one example sees. @internal */
export function exampleRank({ x, mapped }: Mapped): number {
  return mapped ? x.ndim - 1 : x.ndim;
}

/** One row per example, whether or not they differ. @internal */
export function materialize({ x, mapped }: Mapped, size: Dim): Tensor {
  return mapped ? x : broadcastTo(x, [size, ...x.shape]);
}

/** A mapped value whose examples have axes of size 1 in front, up to a rank, so that it broadcasts as its examples would. @internal */
export function alignRank(value: Mapped, rank: number): Tensor {
  const { x, mapped } = value;
  const missing = rank - exampleRank(value);
  if (!mapped || missing <= 0) return x;
  const [size, ...rest] = x.shape as Shape;
  return reshape(x, [size!, ...Array.from({ length: missing }, () => 1), ...rest]);
}

/** Axis `from` brought to place `to`. @internal */
export function moveAxis(x: Tensor, from: number, to: number): Tensor {
  if (from === to) return x;
  const order = [...x.shape.keys()].filter((axis) => axis !== from);
  return transpose(x, order.toSpliced(to, 0, from));
}

/** The first two axes as one. @internal */
export function joinFirst(x: Tensor): Tensor {
  const [a, b, ...rest] = x.shape as Shape;
  return reshape(x, [dim.mul(a!, b!), ...rest]);
}

/** The first axis as two, the outer one of the given size. @internal */
export function splitFirst(x: Tensor, size: Dim): Tensor {
  const [first, ...rest] = x.shape as Shape;
  return reshape(x, [size, dim.floordiv(first!, size), ...rest]);
}

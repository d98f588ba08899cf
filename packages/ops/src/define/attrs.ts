import type { Dim } from "../dim.ts";

/** Attributes of an op that has none. */
export type NoAttrs = Readonly<Record<string, never>>;

/** Attributes of ops that work along one axis, counted from 0. */
export interface AxisAttrs extends Readonly<Record<string, unknown>> {
  readonly axis: number;
}

/** Attributes of ops that bring a value to a shape. */
export interface ShapeAttrs extends Readonly<Record<string, unknown>> {
  readonly shape: readonly Dim[];
}

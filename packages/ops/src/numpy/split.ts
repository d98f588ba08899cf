import { resolveOptions } from "../define/options.ts";
import { defineSplit, type SplitAttrs, type SplitOp } from "../define/split.ts";
import { ArgumentError } from "../errors.ts";
import { rankOf, shaped } from "../define/operand.ts";
import { apply } from "../execution/dispatch.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const splitOp: SplitOp = defineSplit("split", "keras.src.ops.numpy.Split", true);

/** Options of `split` and `arraySplit`. */
export interface SplitOptions {
  /** Default 0. */
  readonly axis?: number | undefined;
}

/**
 * Cuts a tensor into parts along an axis.
 *
 * @param x - At least one axis, any dtype.
 * @param indicesOrSections - A number of equal parts, or the places to cut at.
 * @param options - `axis`, or the axis itself.
 * @throws {ArgumentError} when the axis is out of range.
 * @throws {ShapeError} when the axis does not divide into equal parts.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const parts = ops.split([1, 2, 3, 4, 5, 6], [2, 3]);
 * console.log(await Promise.all(parts.map((p) => p.array()))); // [[1, 2], [3], [4, 5, 6]]
 * ```
 */
export function split(
  x: KerasTensor,
  indicesOrSections: number | readonly number[],
  options?: SplitOptions | number,
): KerasTensor[];
export function split(
  x: TensorLike,
  indicesOrSections: number | readonly number[],
  options?: SplitOptions | number,
): Tensor[];
export function split(
  x: Other,
  indicesOrSections: number | readonly number[],
  options?: SplitOptions | number,
): Tensor[] | KerasTensor[] {
  const { axis = 0 } = resolveOptions<SplitOptions>(options);
  return [...apply(splitOp, [x], { indicesOrSections, axis })];
}

export const arraySplitOp: SplitOp = defineSplit("array_split", "keras.src.ops.numpy.ArraySplit", false);

/**
 * Cuts a tensor into parts along an axis; where it does not divide equally the first parts are longer by one.
 *
 * @param x - At least one axis, any dtype.
 * @param indicesOrSections - A number of parts, or the places to cut at.
 * @param options - `axis`, or the axis itself.
 * @throws {ArgumentError} when the axis is out of range.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const parts = ops.arraySplit([1, 2, 3], 2);
 * console.log(await Promise.all(parts.map((p) => p.array()))); // [[1, 2], [3]]
 * ```
 */
export function arraySplit(
  x: KerasTensor,
  indicesOrSections: number | readonly number[],
  options?: SplitOptions | number,
): KerasTensor[];
export function arraySplit(
  x: TensorLike,
  indicesOrSections: number | readonly number[],
  options?: SplitOptions | number,
): Tensor[];
export function arraySplit(
  x: Other,
  indicesOrSections: number | readonly number[],
  options?: SplitOptions | number,
): Tensor[] | KerasTensor[] {
  const { axis = 0 } = resolveOptions<SplitOptions>(options);
  return [...apply(arraySplitOp, [x], { indicesOrSections, axis })];
}

export const hsplitOp: SplitOp = defineSplit("hsplit", "keras.src.ops.numpy.Hsplit", true);

/**
 * Cuts a tensor side by side: along the second axis, or the only one.
 *
 * @param x - At least one axis, any dtype.
 * @param indicesOrSections - A number of equal parts, or the places to cut at.
 * @throws {ArgumentError} for a scalar.
 * @throws {ShapeError} when the axis does not divide into equal parts.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [left, right] = ops.hsplit([[1, 2], [3, 4]], 2);
 * console.log(await left.array(), await right.array()); // [[1], [3]] [[2], [4]]
 * ```
 */
export function hsplit(x: KerasTensor, indicesOrSections: number | readonly number[]): KerasTensor[];
export function hsplit(x: TensorLike, indicesOrSections: number | readonly number[]): Tensor[];
export function hsplit(x: Other, indicesOrSections: number | readonly number[]): Tensor[] | KerasTensor[] {
  const value = shaped(x);
  return splitAlong(hsplitOp, value as TensorLike, indicesOrSections, rankOf(value) === 1 ? 0 : 1, 1);
}

export const vsplitOp: SplitOp = defineSplit("vsplit", "keras.src.ops.numpy.Vsplit", true);

/**
 * Cuts a tensor from top to bottom: along the first axis.
 *
 * @param x - At least two axes, any dtype.
 * @param indicesOrSections - A number of equal parts, or the places to cut at.
 * @throws {ArgumentError} when there are fewer than two axes.
 * @throws {ShapeError} when the axis does not divide into equal parts.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [top, bottom] = ops.vsplit([[1, 2], [3, 4]], 2);
 * console.log(await top.array(), await bottom.array()); // [[1, 2]] [[3, 4]]
 * ```
 */
export function vsplit(x: KerasTensor, indicesOrSections: number | readonly number[]): KerasTensor[];
export function vsplit(x: TensorLike, indicesOrSections: number | readonly number[]): Tensor[];
export function vsplit(x: Other, indicesOrSections: number | readonly number[]): Tensor[] | KerasTensor[] {
  return splitAlong(vsplitOp, x as TensorLike, indicesOrSections, 0, 2);
}

export const dsplitOp: SplitOp = defineSplit("dsplit", "keras.src.ops.numpy.Dsplit", true);

/**
 * Cuts a tensor from front to back: along the third axis.
 *
 * @param x - At least three axes, any dtype.
 * @param indicesOrSections - A number of equal parts, or the places to cut at.
 * @throws {ArgumentError} when there are fewer than three axes.
 * @throws {ShapeError} when the axis does not divide into equal parts.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [front, back] = ops.dsplit([[[1, 2]]], 2);
 * console.log(await front.array(), await back.array()); // [[[1]]] [[[2]]]
 * ```
 */
export function dsplit(x: KerasTensor, indicesOrSections: number | readonly number[]): KerasTensor[];
export function dsplit(x: TensorLike, indicesOrSections: number | readonly number[]): Tensor[];
export function dsplit(x: Other, indicesOrSections: number | readonly number[]): Tensor[] | KerasTensor[] {
  return splitAlong(dsplitOp, x as TensorLike, indicesOrSections, 2, 3);
}

function splitAlong(
  op: SplitOp,
  x: TensorLike,
  indicesOrSections: number | readonly number[],
  axis: number,
  leastRank: number,
): Tensor[] {
  const value = shaped(x);
  if (rankOf(value) < leastRank)
    throw new ArgumentError(`needs at least ${leastRank} axes, got ${rankOf(value)}`, { op: op.name });
  const attrs: SplitAttrs = { indicesOrSections, axis };
  return [...apply(op, [value], attrs)];
}

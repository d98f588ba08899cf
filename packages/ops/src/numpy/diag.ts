import { zeroOf } from "../define/zero.ts";
import { dim, type Dim } from "../dim.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { formatShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { diagonal, diagonalOp } from "./diagonal.ts";
import { eye } from "./eye.ts";
import { padTensor } from "./pad-primitive.ts";
import { reshape } from "./reshape.ts";
import { where } from "./where.ts";

interface DiagAttrs {
  readonly [key: string]: unknown;
  readonly k: number;
}

/** Options of `diag` and `diagflat`. */
export interface DiagOptions {
  /** Which diagonal: above the main one when positive. Default 0. */
  readonly k?: number | undefined;
}

function wholeK(k: number, op: string): number {
  if (!Number.isInteger(k)) throw new ArgumentError(`k is a whole number, got ${k}`, { op });
  return k;
}

/** A matrix with a vector on its k-th diagonal. */
function matrixOf(x: Tensor, k: number): Tensor {
  const size = dim.add(x.shape[0]!, Math.abs(k));
  const byColumn = padTensor(x, [Math.max(k, 0)], [Math.max(-k, 0)], [0], 0);
  return where(eye(size, size, { k, dtype: "bool" }), byColumn, zeroOf(x.dtype));
}

export const diagOp: OpDef<DiagAttrs> = defineOp<DiagAttrs>({
  name: "diag",
  keras: "keras.src.ops.numpy.Diag",
  infer: ([x], { k }) => {
    const { shape, dtype } = x!;
    wholeK(k, "diag");
    if (shape.length !== 1 && shape.length !== 2)
      throw new ShapeError(`takes a vector or a matrix, got shape ${formatShape(shape)}`, { op: "diag" });
    if (shape.length === 2) return diagonalOp.infer([x!], { offset: k, axis1: 0, axis2: 1 });
    const size = dim.add(shape[0]!, Math.abs(k));
    return [{ shape: [size, size], dtype }];
  },
  decompose: ([x], { k }) => [x!.ndim === 1 ? matrixOf(x!, k) : diagonal(x!, { offset: k })],
});

/**
 * A matrix with a vector on a diagonal; of a matrix, its diagonal.
 *
 * @param x - A vector or a matrix of any dtype.
 * @param options - `k`.
 * @throws {ShapeError} when it is neither.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.diag([1, 2]).array()); // [[1, 0], [0, 2]]
 * console.log(await ops.diag([[1, 2], [3, 4]]).array()); // [1, 4]
 * ```
 */
export function diag(x: KerasTensor, options?: DiagOptions): KerasTensor;
export function diag(x: TensorLike, options?: DiagOptions): Tensor;
export function diag(x: TensorLike | KerasTensor, options: DiagOptions = {}): Tensor | KerasTensor {
  return apply(diagOp, [x], { k: options.k ?? 0 })[0]!;
}

export const diagflatOp: OpDef<DiagAttrs> = defineOp<DiagAttrs>({
  name: "diagflat",
  keras: "keras.src.ops.numpy.Diagflat",
  infer: ([x], { k }) => {
    const size: Dim = dim.add(dim.product(x!.shape), Math.abs(wholeK(k, "diagflat")));
    return [{ shape: [size, size], dtype: x!.dtype }];
  },
  decompose: ([x], { k }) => [matrixOf(reshape(x!, [dim.product(x!.shape)]), k)],
});

/**
 * A matrix with all elements of a tensor, in row-major order, on a diagonal.
 *
 * @param x - Any shape and dtype.
 * @param options - `k`.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.diagflat([[1], [2]]).array()); // [[1, 0], [0, 2]]
 * ```
 */
export function diagflat(x: KerasTensor, options?: DiagOptions): KerasTensor;
export function diagflat(x: TensorLike, options?: DiagOptions): Tensor;
export function diagflat(x: TensorLike | KerasTensor, options: DiagOptions = {}): Tensor | KerasTensor {
  return apply(diagflatOp, [x], { k: options.k ?? 0 })[0]!;
}

import { zeroOf } from "../define/zero.ts";
import type { Dim } from "../dim.ts";
import { ArgumentError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { tri } from "./eye.ts";
import { where } from "./where.ts";

interface TriangleAttrs {
  readonly [key: string]: unknown;
  readonly k: number;
}

/** Options of `tril` and `triu`. */
export interface TriangleOptions {
  /** Which diagonal bounds the triangle: above the main one when positive. Default 0. */
  readonly k?: number | undefined;
}

/** An op that keeps the elements on one side of a diagonal. */
/* @__NO_SIDE_EFFECTS__ */
function defineTriangle(
  name: string,
  keras: string,
  keep: (x: Tensor, k: number, rows: Dim, columns: Dim) => Tensor,
): OpDef<TriangleAttrs> {
  return defineOp<TriangleAttrs>({
    name,
    keras,
    infer: ([x]) => [x!],
    decompose: ([x], { k }) => {
      if (x!.ndim < 2) throw new ArgumentError(`needs at least 2 axes, got ${x!.ndim}`, { op: name });
      if (!Number.isInteger(k)) throw new ArgumentError(`k is a whole number, got ${k}`, { op: name });
      return [keep(x!, k, x!.shape.at(-2)!, x!.shape.at(-1)!)];
    },
  });
}

export const trilOp: OpDef<TriangleAttrs> = defineTriangle("tril", "keras.src.ops.numpy.Tril", (x, k, rows, columns) =>
  where(tri(rows, columns, { k, dtype: "bool" }), x, zeroOf(x.dtype)),
);

export const triuOp: OpDef<TriangleAttrs> = defineTriangle("triu", "keras.src.ops.numpy.Triu", (x, k, rows, columns) =>
  where(tri(rows, columns, { k: k - 1, dtype: "bool" }), zeroOf(x.dtype), x),
);

/**
 * The lower triangle of matrices: zeros above a diagonal.
 *
 * @param x - `[..., m, n]`, any dtype.
 * @param options - `k`.
 * @throws {ArgumentError} when there are fewer than two axes.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.tril([[1, 2], [3, 4]]).array()); // [[1, 0], [3, 4]]
 * ```
 */
export function tril(x: KerasTensor, options?: TriangleOptions): KerasTensor;
export function tril(x: TensorLike, options?: TriangleOptions): Tensor;
export function tril(x: TensorLike | KerasTensor, options: TriangleOptions = {}): Tensor | KerasTensor {
  return apply(trilOp, [x], { k: options.k ?? 0 })[0]!;
}

/**
 * The upper triangle of matrices: zeros below a diagonal.
 *
 * @param x - `[..., m, n]`, any dtype.
 * @param options - `k`.
 * @throws {ArgumentError} when there are fewer than two axes.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.triu([[1, 2], [3, 4]]).array()); // [[1, 2], [0, 4]]
 * ```
 */
export function triu(x: KerasTensor, options?: TriangleOptions): KerasTensor;
export function triu(x: TensorLike, options?: TriangleOptions): Tensor;
export function triu(x: TensorLike | KerasTensor, options: TriangleOptions = {}): Tensor | KerasTensor {
  return apply(triuOp, [x], { k: options.k ?? 0 })[0]!;
}

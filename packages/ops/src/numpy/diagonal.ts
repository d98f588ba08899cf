import { dim, type Dim, type Shape } from "../dim.ts";
import { ArgumentError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { widened } from "../define/reduce.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { normalizeAxis } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { eye } from "./eye.ts";
import { moveaxis } from "./moveaxis.ts";
import { reshape } from "./reshape.ts";
import { sliceTensor } from "./slice.ts";
import { sum } from "./sum.ts";
import { where } from "./where.ts";

interface DiagonalAttrs {
  readonly [key: string]: unknown;
  readonly offset: number;
  readonly axis1: number;
  readonly axis2: number;
}

/** Options of `diagonal` and `trace`. */
export interface DiagonalOptions {
  /** Which diagonal: above the main one when positive. Default 0. */
  readonly offset?: number | undefined;
  /** The axis of the rows. Default 0. */
  readonly axis1?: number | undefined;
  /** The axis of the columns. Default 1. */
  readonly axis2?: number | undefined;
}

function resolved({ length: rank }: Shape, { offset, axis1, axis2 }: DiagonalAttrs, op: string): DiagonalAttrs {
  if (rank < 2) throw new ArgumentError(`needs at least 2 axes, got ${rank}`, { op });
  const [a, b] = [normalizeAxis(axis1, rank, op), normalizeAxis(axis2, rank, op)];
  if (a === b) throw new ArgumentError(`axis1 and axis2 are the same axis ${a}`, { op });
  if (!Number.isInteger(offset)) throw new ArgumentError(`offset is a whole number, got ${offset}`, { op });
  return { offset, axis1: a, axis2: b };
}

/** Length of a diagonal. */
function lengthOf(rows: Dim, columns: Dim, offset: number): Dim {
  const [r, c] = [dim.add(rows, Math.min(offset, 0)), dim.add(columns, -Math.max(offset, 0))];
  if (dim.isStatic(r) && dim.isStatic(c)) return Math.max(0, Math.min(r, c));
  return dim.equal(r, c) ? r : dim.symbol(`min(${String(r)}, ${String(c)})`);
}

export const diagonalOp: OpDef<DiagonalAttrs> = defineOp<DiagonalAttrs>({
  name: "diagonal",
  keras: "keras.src.ops.numpy.Diagonal",
  resolve: ([x], given) => resolved(x!.shape, given, "diagonal"),
  infer: ([x], { offset, axis1, axis2 }) => {
    const others = x!.shape.filter((_, i) => i !== axis1 && i !== axis2);
    return [{ shape: [...others, lengthOf(x!.shape[axis1]!, x!.shape[axis2]!, offset)], dtype: x!.dtype }];
  },
  decompose: ([x], { offset, axis1, axis2 }) => {
    const moved = moveaxis(x!, [axis1, axis2], [-2, -1]);
    const [others, rows, columns]: [Shape, Dim, Dim] = [
      moved.shape.slice(0, -2),
      moved.shape.at(-2)!,
      moved.shape.at(-1)!,
    ];
    const n = lengthOf(rows, columns, offset);
    const zeros = others.map(() => 0);
    const start = [...zeros, Math.max(-offset, 0), Math.max(offset, 0)];
    if (!dim.isStatic(n)) {
      const square = sliceTensor(moved, start, [...others, dim.add(start.at(-2)!, n), dim.add(start.at(-1)!, n)]);
      return [sum(where(eye(n, n, { dtype: "bool" }), square, 0), { axis: -1 })];
    }
    if (n === 0) return [reshape(sliceTensor(moved, [...zeros, 0, 0], [...others, 0, 0]), [...others, 0])];
    const square = sliceTensor(moved, start, [...others, start.at(-2)! + n, start.at(-1)! + n]);
    // In row-major order the diagonal has every (n + 1)-th element.
    const flat = reshape(square, [...others, n * n]);
    return [sliceTensor(flat, [...zeros, 0], [...others, n * n], [...zeros.map(() => 1), n + 1])];
  },
});

/**
 * A diagonal of matrices, which becomes the last axis.
 *
 * @param x - At least two axes, any dtype.
 * @param options - `offset`, `axis1`, `axis2`.
 * @throws {ArgumentError} when there are fewer than two axes, or the two are the same.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.diagonal([[1, 2], [3, 4]]).array()); // [1, 4]
 * ```
 */
export function diagonal(x: KerasTensor, options?: DiagonalOptions): KerasTensor;
export function diagonal(x: TensorLike, options?: DiagonalOptions): Tensor;
export function diagonal(x: TensorLike | KerasTensor, options: DiagonalOptions = {}): Tensor | KerasTensor {
  const { offset = 0, axis1 = 0, axis2 = 1 } = options;
  return apply(diagonalOp, [x], { offset, axis1, axis2 })[0]!;
}

export const traceOp: OpDef<DiagonalAttrs> = defineOp<DiagonalAttrs>({
  name: "trace",
  keras: "keras.src.ops.numpy.Trace",
  promote: (inputs) => widened(inputs),
  resolve: ([x], given) => resolved(x!.shape, given, "trace"),
  infer: ([x], { axis1, axis2 }) => [{ shape: x!.shape.filter((_, i) => i !== axis1 && i !== axis2), dtype: x!.dtype }],
  decompose: ([x], { offset, axis1, axis2 }) => [sum(diagonal(x!, { offset, axis1, axis2 }), { axis: -1 })],
});

/**
 * The sum of a diagonal of matrices. Integers of fewer than 32 bits and booleans give 32-bit integers.
 *
 * @param x - At least two axes, any numeric dtype.
 * @param options - `offset`, `axis1`, `axis2`.
 * @throws {ArgumentError} when there are fewer than two axes, or the two are the same.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.trace([[1, 2], [3, 4]]).item()); // 5
 * ```
 */
export function trace(x: KerasTensor, options?: DiagonalOptions): KerasTensor;
export function trace(x: TensorLike, options?: DiagonalOptions): Tensor;
export function trace(x: TensorLike | KerasTensor, options: DiagonalOptions = {}): Tensor | KerasTensor {
  const { offset = 0, axis1 = 0, axis2 = 1 } = options;
  return apply(traceOp, [x], { offset, axis1, axis2 })[0]!;
}

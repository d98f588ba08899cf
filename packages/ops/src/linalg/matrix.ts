import { dim, type Dim } from "../dim.ts";
import { ShapeError } from "../errors.ts";
import { multiply } from "../numpy/multiply.ts";
import { add } from "../numpy/add.ts";
import { swapaxes } from "../numpy/swapaxes.ts";
import { formatShape, sameShape, unify, type Spec } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/**
 * Rows and columns of the matrices on the last two axes.
 *
 * @throws {ShapeError} when there are fewer than two axes.
 * @internal
 */
export function matrixSize(x: Spec, op: string): readonly [Dim, Dim] {
  if (x.shape.length < 2)
    throw new ShapeError(`needs matrices [..., rows, columns], got shape ${formatShape(x.shape)}`, { op });
  return x.shape.slice(-2) as [Dim, Dim];
}

/**
 * @throws {ShapeError} unless the last two axes are equal.
 * @internal
 */
export function checkSquare(x: Spec, op: string): Dim {
  const [rows, columns] = matrixSize(x, op);
  // A known size beside an unknown one is refused too, as in Keras: the matrices would be square by luck.
  if (dim.isStatic(rows) !== dim.isStatic(columns) || unify(rows, columns) === null)
    throw new ShapeError(`needs square matrices, got shape ${formatShape(x.shape)}`, { op });
  return rows;
}

/**
 * Rows and columns that are known.
 *
 * @throws {ShapeError} when they are not.
 * @internal
 */
export function knownMatrixSize(x: Spec, op: string): readonly [number, number] {
  const [rows, columns] = matrixSize(x, op);
  if (!dim.isStatic(rows) || !dim.isStatic(columns))
    throw new ShapeError(`the size of the matrices must be known, got shape ${formatShape(x.shape)}`, { op });
  return [rows, columns];
}

/**
 * @throws {ShapeError} unless `b` are vectors or matrices with as many rows as `a`, with the same leading axes.
 * @internal
 */
export function checkRightSide(a: Spec, b: Spec, op: string): void {
  const size = checkSquare(a, op);
  const vectors = b.shape.length === a.shape.length - 1;
  const rows = vectors ? b.shape.at(-1) : b.shape.at(-2);
  const leading = b.shape.slice(0, vectors ? -1 : -2);
  const fits =
    (vectors || b.shape.length === a.shape.length) &&
    rows !== undefined &&
    dim.isStatic(rows) === dim.isStatic(size) &&
    unify(rows, size) !== null &&
    sameShape(leading, a.shape.slice(0, -2));
  if (!fits)
    throw new ShapeError(`the right side ${formatShape(b.shape)} does not fit the matrices ${formatShape(a.shape)}`, {
      op,
    });
}

/** The matrices flipped over their diagonal. @internal */
export function transposed(x: Tensor): Tensor {
  return swapaxes(x, -1, -2);
}

/** (x + xᵀ) / 2. @internal */
export function symmetrized(x: Tensor): Tensor {
  return multiply(add(x, transposed(x)), 0.5);
}

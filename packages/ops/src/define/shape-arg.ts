import { dim, type Dim } from "../dim.ts";
import { ShapeError } from "../errors.ts";
import { formatShape } from "../shape.ts";

/** A shape as users give it: sizes, or one size. */
export type ShapeArg = number | readonly Dim[];

/** A shape that may have sizes to be filled in: -1, or `null` from the shape of a symbolic tensor. */
export type PartialShape = number | readonly (Dim | null)[];

/**
 * The sizes of a shape argument.
 *
 * @throws {ShapeError} on a size that is not a whole number of at least 0.
 */
export function shapeArg(shape: ShapeArg, op: string): readonly Dim[] {
  const sizes = typeof shape === "number" ? [shape] : listOf(shape, op);
  const wrong = sizes.find(
    (d) => d === null || d === undefined || (dim.isStatic(d) ? !(Number.isInteger(d) && d >= 0) : d.kind !== "sym_dim"),
  );
  if (wrong !== undefined || sizes.includes(undefined as never)) {
    throw new ShapeError(`the shape ${formatShape(sizes)} has a size that is not a whole number of at least 0`, { op });
  }
  return sizes;
}

function listOf<D>(shape: readonly D[], op: string): readonly D[] {
  if (!Array.isArray(shape))
    throw new ShapeError("a shape is a list of whole numbers: the sizes must be known before the values are", { op });
  return shape;
}

/**
 * The sizes of a shape argument in which some may be left open.
 *
 * @throws {ShapeError} on a size that is neither a whole number of at least 0, nor -1, nor null.
 */
export function partialShape(shape: PartialShape, op: string): readonly (Dim | null)[] {
  const sizes = typeof shape === "number" ? [shape] : listOf(shape, op);
  shapeArg(
    sizes.map((d) => (d === -1 || d === null ? 0 : d)),
    op,
  );
  return sizes;
}

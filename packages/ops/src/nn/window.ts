import { dim, type Dim } from "../dim.ts";
import { ArgumentError, ShapeError, UnsupportedError } from "../errors.ts";
import { formatShape } from "../shape.ts";

/** How the borders of an image are treated: not at all, or padded so that a stride of 1 keeps the size. */
export type Padding = "valid" | "same";

/**
 * One positive whole number per spatial axis; a single one serves for all.
 *
 * @throws {ArgumentError} on another length or value.
 * @internal
 */
export function perAxis(value: number | readonly number[], axes: number, what: string, op: string): readonly number[] {
  const list = typeof value === "number" ? Array.from({ length: axes }, () => value) : value;
  if (!Array.isArray(list) || list.length !== axes || list.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new ArgumentError(
      `${what} must be a positive whole number or ${axes} of them, got ${JSON.stringify(value)}`,
      { op },
    );
  }
  return list;
}

/**
 * @throws {ArgumentError} unless `padding` is one of `allowed`, in any case.
 * @internal
 */
export function paddingOf<P extends string>(padding: P, allowed: readonly P[], op: string): P {
  const name = typeof padding === "string" ? (padding.toLowerCase() as P) : padding;
  if (!allowed.includes(name)) {
    throw new ArgumentError(`padding must be ${allowed.map((p) => `'${p}'`).join(" or ")}; got '${String(padding)}'`, {
      op,
    });
  }
  return name;
}

/**
 * Elements added before and after one axis, for a window that covers `extent` elements.
 *
 * @internal
 */
export function padAxis(
  size: Dim,
  extent: number,
  stride: number,
  padding: Padding | "causal",
  op: string,
): readonly [Dim, Dim] {
  if (padding === "valid") return [0, 0];
  if (padding === "causal") return [extent - 1, 0];
  // The last window begins at (ceil(size / stride) - 1) · stride.
  const total = dim.add(extent - stride, dim.mod(dim.mul(size, -1), stride));
  if (dim.isStatic(total)) {
    const needed = Math.max(total, 0);
    return [Math.floor(needed / 2), needed - Math.floor(needed / 2)];
  }
  if (extent === 1) return [0, 0];
  if (extent < stride) {
    throw new UnsupportedError(
      `padding 'same' of an unknown size with a window of ${extent} and a stride of ${stride}: give the size, or use 'valid'`,
      { op },
    );
  }
  const low = dim.floordiv(total, 2);
  return [low, dim.sub(total, low)];
}

/**
 * Size of an axis after windows have slid over it.
 *
 * @throws {ShapeError} when no window fits.
 * @internal
 */
export function slidSize(size: Dim, extent: number, stride: number, padding: readonly [Dim, Dim], op: string): Dim {
  const padded = dim.add(dim.add(size, padding[0]), padding[1]);
  const result = dim.add(dim.floordiv(dim.sub(padded, extent), stride), 1);
  if (dim.isStatic(result) && result <= 0 && !(size === 0)) {
    throw new ShapeError(
      `a window of ${extent} elements does not fit in an axis of ${String(size)}: the result would be empty`,
      { op },
    );
  }
  return dim.isStatic(result) ? Math.max(result, 0) : result;
}

/**
 * @throws {ShapeError} unless there is a batch axis, a channel axis, and 1 to 3 spatial axes.
 * @internal
 */
export function spatialAxes(shape: readonly Dim[], op: string): number {
  const axes = shape.length - 2;
  if (axes < 1 || axes > 3)
    throw new ShapeError(`needs a batch, 1 to 3 spatial axes and channels; got shape ${formatShape(shape)}`, { op });
  return axes;
}

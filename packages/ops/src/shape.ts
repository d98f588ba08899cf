import { dim, type Dim, type Shape } from "./dim.ts";
import type { DType } from "./dtype.ts";
import { ArgumentError, ShapeError } from "./errors.ts";

/** What is known of a value before it exists. */
export interface Spec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Number of elements of a static shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((n, d) => n * d, 1);
}

/** The shape as numbers. @throws {ShapeError} when a size is symbolic. */
export function staticShape(shape: Shape, op?: string): readonly number[] {
  for (const d of shape) {
    if (!dim.isStatic(d)) {
      throw new ShapeError(`shape ${formatShape(shape)} is not known while tracing, and this needs a fixed one`, {
        op,
      });
    }
  }
  return shape as readonly number[];
}

export function formatShape(shape: readonly (Dim | null)[]): string {
  return `[${shape.map((d) => (d === null ? "null" : String(d))).join(", ")}]`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((d, i) => dim.equal(d, b[i]!));
}

/** Two sizes that must agree; a symbol yields to a number. */
function unifyDim(a: Dim, b: Dim): Dim | null {
  if (dim.equal(a, b)) return a;
  if (!dim.isStatic(a)) return b;
  return dim.isStatic(b) ? null : a;
}

/** One size for two that must be equal, or null when they cannot be. */
export function unify(a: Dim, b: Dim): Dim | null {
  return unifyDim(a, b);
}

/**
 * NumPy broadcasting of any number of shapes.
 *
 * @throws {ShapeError} when two sizes differ and neither is 1.
 */
export function broadcastShapes(shapes: readonly Shape[], op?: string): Shape {
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  const result: Dim[] = [];
  for (let i = 0; i < rank; i++) {
    let size: Dim = 1;
    for (const shape of shapes) {
      const at = i - (rank - shape.length);
      const d = at < 0 ? 1 : shape[at]!;
      const joined: Dim | null = d === 1 ? size : size === 1 ? d : unifyDim(size, d);
      if (joined === null) {
        throw new ShapeError(
          `shapes ${shapes.map(formatShape).join(" and ")} do not broadcast: sizes ${String(size)} and ${String(d)} differ and neither is 1`,
          { op },
        );
      }
      size = joined;
    }
    result.push(size);
  }
  return result;
}

/** A non-negative axis. @throws {ArgumentError} when it is outside [-rank, rank). */
export function normalizeAxis(axis: number, rank: number, op?: string): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new ArgumentError(`axis ${axis} is out of range for rank ${rank}: it must lie in [${-rank}, ${rank - 1}]`, {
      op,
    });
  }
  return axis < 0 ? axis + rank : axis;
}

/** Sorted non-negative axes; `null` means all of them. @throws {ArgumentError} on a repeated or outlying axis. */
export function normalizeAxes(
  axis: number | readonly number[] | null | undefined,
  rank: number,
  op?: string,
): readonly number[] {
  if (axis === null || axis === undefined) return Array.from({ length: rank }, (_, i) => i);
  const axes = (typeof axis === "number" ? [axis] : axis).map((a) => normalizeAxis(a, rank, op));
  if (new Set(axes).size !== axes.length) throw new ArgumentError(`axes [${axes.join(", ")}] repeat`, { op });
  return axes.sort((a, b) => a - b);
}

/** Shape after reducing `axes`. */
export function reducedShape(shape: Shape, axes: readonly number[], keepdims: boolean): Shape {
  return keepdims ? shape.map((d, i) => (axes.includes(i) ? 1 : d)) : shape.filter((_, i) => !axes.includes(i));
}

/** Fills in the one −1 of a target shape and checks the number of elements. */
export function resolveReshape(from: Shape, to: Shape, op = "reshape"): Shape {
  const unknown = to.filter((d) => d === -1).length;
  const total = dim.product(from);
  const fail = (why: string): never => {
    throw new ShapeError(`cannot reshape ${formatShape(from)} into ${formatShape(to)}: ${why}`, { op });
  };
  if (unknown > 1) fail("at most one size may be -1");
  for (const d of to) if (dim.isStatic(d) && (!Number.isInteger(d) || d < -1)) fail(`${d} is not a size`);
  const known = dim.product(to.filter((d) => d !== -1));
  if (unknown === 0) {
    if (dim.isStatic(total) && dim.isStatic(known) && total !== known) fail(`${total} elements do not make ${known}`);
    return to;
  }
  if (known === 0) fail("-1 beside a size of 0 is ambiguous");
  if (dim.isStatic(total) && dim.isStatic(known) && total % known !== 0)
    fail(`${total} elements do not divide by ${known}`);
  return to.map((d) => (d === -1 ? dim.floordiv(total, known) : d));
}

/** Row-major strides in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= shape[i]!;
  }
  return strides;
}

import { dim, type Dim, type Shape } from "../dim.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { concatenate } from "../numpy/concatenate.ts";
import { sliceAxis } from "../numpy/slice.ts";
import { zeros } from "../numpy/zeros.ts";
import { defineOp, type OpDef } from "../op.ts";
import { formatShape, normalizeAxis } from "../shape.ts";

/** Attributes of ops that cut a tensor into parts. */
export interface SplitAttrs {
  readonly [key: string]: unknown;
  /** A number of parts, or the places to cut at. */
  readonly indicesOrSections: number | readonly number[];
  readonly axis: number;
}

/** An op that cuts a tensor into parts. */
export type SplitOp = OpDef<SplitAttrs>;

/** An op that cuts a tensor into parts, which must be equal or may differ. */
/* @__NO_SIDE_EFFECTS__ */
export function defineSplit(name: string, keras: string, equal: boolean): SplitOp {
  return defineOp<SplitAttrs>({
    name,
    keras,
    resolve: ([x], { indicesOrSections, axis }) => ({
      indicesOrSections,
      axis: normalizeAxis(axis, x!.shape.length, name),
    }),
    infer: ([x], attrs) => {
      const bounds = cuts(x!.shape, attrs, equal, name);
      return bounds
        .slice(1)
        .map((limit, i) => ({ shape: x!.shape.with(attrs.axis, dim.sub(limit, bounds[i]!)), dtype: x!.dtype }));
    },
    decompose: ([x], attrs) => {
      const bounds = cuts(x!.shape, attrs, equal, name);
      return bounds.slice(1).map((limit, i) => sliceAxis(x!, attrs.axis, bounds[i]!, limit));
    },
    vjp: ({ inputs: [x], outputs, attrs: { axis }, grads }) => {
      const parts = outputs.map((y, i) => grads[i] ?? zeros(y.shape, { dtype: x!.dtype }));
      return [concatenate(parts, { axis })];
    },
  });
}

/** Where the parts begin, and where the last one ends. */
function cuts(shape: Shape, { indicesOrSections, axis }: SplitAttrs, equal: boolean, op: string): readonly Dim[] {
  const size = shape[axis]!;
  if (typeof indicesOrSections !== "number") {
    if (!Array.isArray(indicesOrSections))
      throw new ArgumentError("needs a number of parts, or an array of places to cut at", { op });
    const places = indicesOrSections.map((i): Dim => {
      if (!Number.isInteger(i)) throw new ArgumentError(`places to cut at are whole numbers, got ${i}`, { op });
      if (!dim.isStatic(size)) return i < 0 ? dim.add(size, i) : i;
      return Math.min(Math.max(i < 0 ? i + size : i, 0), size);
    });
    // A place before the one before it gives an empty part.
    const ordered = [0 as Dim, ...places, size];
    return ordered.map((p, i) =>
      i > 0 && dim.isStatic(p) && dim.isStatic(ordered[i - 1]!) && p < (ordered[i - 1] as number) ? ordered[i - 1]! : p,
    );
  }
  const parts = indicesOrSections;
  if (!Number.isInteger(parts) || parts < 1)
    throw new ArgumentError(`the number of parts is a whole number of at least 1, got ${parts}`, { op });
  const rest = dim.isStatic(size) ? size % parts : 0;
  if (equal && rest !== 0) {
    throw new ShapeError(`axis ${axis} of ${formatShape(shape)} does not divide into ${parts} equal parts`, { op });
  }
  const length = dim.floordiv(size, parts);
  return Array.from({ length: parts + 1 }, (_, i) =>
    i === parts ? size : dim.add(dim.mul(length, i), Math.min(i, rest)),
  );
}

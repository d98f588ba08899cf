import { asDType } from "../define/as-dtype.ts";
import { dimValue } from "../define/size-along.ts";
import type { Dim, Shape } from "../dim.ts";
import { isFloat, isInteger } from "../dtype.ts";
import { absolute } from "../numpy/absolute.ts";
import { add } from "../numpy/add.ts";
import { greaterEqual, less } from "../numpy/compare.ts";
import { floorDivide } from "../numpy/floor-divide.ts";
import { full } from "../numpy/full.ts";
import { gatherNd } from "../numpy/gather.ts";
import { logicalAnd } from "../numpy/logical.ts";
import { maximum } from "../numpy/maximum.ts";
import { minimum } from "../numpy/minimum.ts";
import { mod } from "../numpy/mod.ts";
import { multiply } from "../numpy/multiply.ts";
import { reshape } from "../numpy/reshape.ts";
import { floor } from "../numpy/rounding.ts";
import { sign } from "../numpy/sign.ts";
import { stack } from "../numpy/stack.ts";
import { subtract } from "../numpy/subtract.ts";
import { where } from "../numpy/where.ts";
import type { Scalar } from "../scalar.ts";
import type { Tensor } from "../tensor.ts";

/** What lies beyond the borders of an image. */
export type FillMode = "constant" | "nearest" | "wrap" | "mirror" | "reflect";

/** The modes, for checks. @internal */
export const FILL_MODES: readonly FillMode[] = ["constant", "nearest", "wrap", "mirror", "reflect"];

/** How values between pixels are found: 0 takes the nearest, 1 interpolates linearly. @internal */
export type SampleOrder = 0 | 1;

/** A pixel on one axis that a point sees, and how much it counts. */
interface Node {
  readonly index: Tensor;
  readonly valid: Tensor | null;
  readonly weight: Tensor | null;
}

/** Nearest integers; halves go away from zero. */
function nearest(x: Tensor): Tensor {
  return isInteger(x.dtype) ? x : multiply(sign(x), floor(add(absolute(x), 0.5)));
}

type Size = Tensor | Scalar;

/** An index outside [0, size) as the mode maps it into it. */
function fixed(index: Tensor, size: Size, mode: FillMode): Tensor {
  const last = subtract(size, 1);
  switch (mode) {
    case "constant":
    case "nearest":
      return minimum(maximum(index, 0), last);
    case "wrap":
      return mod(index, size);
    case "mirror":
      return mirrored(index, size);
    default:
      return floorDivide(subtract(mirrored(add(multiply(index, 2), 1), add(multiply(size, 2), 1)), 1), 2);
  }
}

function mirrored(index: Tensor, size: Size): Tensor {
  const half = subtract(size, 1);
  return absolute(subtract(mod(add(index, half), multiply(half, 2)), half));
}

function nodesOf(coordinate: Tensor, extent: Dim, order: SampleOrder, mode: FillMode): Node[] {
  const size = dimValue(extent);
  const node = (index: Tensor, weight: Tensor | null): Node => ({
    index: fixed(index, size, mode),
    valid: mode === "constant" ? logicalAnd(greaterEqual(index, 0), less(index, size)) : null,
    weight,
  });
  if (order === 0) return [node(asDType(nearest(coordinate), "int32"), null)];
  const lower = floor(coordinate);
  const upperWeight = subtract(coordinate, lower);
  const index = asDType(lower, "int32");
  return [node(index, subtract(1, upperWeight)), node(add(index, 1), upperWeight)];
}

/**
 * Values of x [...batch, ...sampled, ...rest] at points between its elements.
 *
 * @param coordinates - One per sampled axis, each float [...batch, ...points].
 * @param batch - Number of batch axes.
 * @returns [...batch, ...points, ...rest], of x's dtype; integers are rounded.
 * @internal
 */
export function sample(
  x: Tensor,
  coordinates: readonly Tensor[],
  batch: number,
  order: SampleOrder,
  mode: FillMode,
  fillValue: number,
): Tensor {
  const shape: Shape = x.shape;
  const rest = shape.length - batch - coordinates.length;
  const points: Shape = coordinates[0]!.shape;
  const along = (t: Tensor): Tensor =>
    rest === 0 ? t : reshape(t, [...points, ...Array.from({ length: rest }, () => 1)]);
  const fill = full([], fillValue, { dtype: x.dtype });
  const axes = coordinates.map((c, i) => nodesOf(c, shape[batch + i]!, order, mode));
  const corners = axes.reduce<Node[][]>((all, nodes) => all.flatMap((c) => nodes.map((n) => [...c, n])), [[]]);
  const values = corners.map((nodes) => {
    const address = stack(
      nodes.map((n) => n.index),
      { axis: -1 },
    );
    const valid = nodes.map((n) => n.valid).filter((v): v is Tensor => v !== null);
    const weights = nodes.map((n) => n.weight).filter((w): w is Tensor => w !== null);
    const found = gatherNd(x, address, batch);
    const seen = valid.length > 0 ? where(along(valid.reduce((a, b) => logicalAnd(a, b))), found, fill) : found;
    return weights.length > 0 ? multiply(along(weights.reduce((a, b) => multiply(a, b))), seen) : seen;
  });
  const result = values.reduce((a, b) => add(a, b));
  return asDType(isFloat(x.dtype) ? result : nearest(result), x.dtype);
}

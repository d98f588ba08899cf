import type { NoAttrs } from "../define/attrs.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { expandDims } from "../numpy/expand-dims.ts";
import { sqrt } from "../numpy/sqrt.ts";
import { square } from "../numpy/square.ts";
import { subtract } from "../numpy/subtract.ts";
import { sum } from "../numpy/sum.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { broadcastShapes, formatShape, unify } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const cdistOp: OpDef<NoAttrs> = defineOp<NoAttrs>({
  name: "cdist",
  keras: "keras.src.ops.math.CDist",
  promote: "float",
  infer: ([x, y]) => {
    const shapes = `${formatShape(x!.shape)} and ${formatShape(y!.shape)}`;
    if (x!.shape.length < 2 || y!.shape.length < 2)
      throw new ShapeError(`needs sets of points [..., points, size], got ${shapes}`, { op: "cdist" });
    if (unify(x!.shape.at(-1)!, y!.shape.at(-1)!) === null)
      throw new ShapeError(`the points must have the same size: ${shapes}`, { op: "cdist" });
    const batch = broadcastShapes([x!.shape.slice(0, -2), y!.shape.slice(0, -2)], "cdist");
    return [{ shape: [...batch, x!.shape.at(-2)!, y!.shape.at(-2)!], dtype: x!.dtype }];
  },
  decompose: ([x, y]) => [sqrt(sum(square(subtract(expandDims(x!, -2), expandDims(y!, -3))), { axis: -1 }))],
  inline: true,
});

/**
 * Euclidean distances between the points of two sets.
 *
 * @param x - [..., n, size].
 * @param y - [..., m, size].
 * @returns [..., n, m].
 * @throws {ShapeError} when the shapes do not fit.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.cdist([[0, 0]], [[3, 4]]).array()); // [[5]]
 * ```
 */
export function cdist(x: KerasTensor, y: Other): KerasTensor;
export function cdist(x: Other, y: KerasTensor): KerasTensor;
export function cdist(x: TensorLike, y: TensorLike): Tensor;
export function cdist(x: Other, y: Other): Tensor | KerasTensor {
  return apply(cdistOp, [x, y], {})[0]!;
}

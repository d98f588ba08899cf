import { cast } from "../core/cast.ts";
import { resultType } from "../dtype.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { greater, lessEqual } from "../numpy/compare.ts";
import { expandDims } from "../numpy/expand-dims.ts";
import { isnan } from "../numpy/isnan.ts";
import { sum } from "../numpy/sum.ts";
import { takeAlongAxis } from "../numpy/take-along-axis.ts";
import { where } from "../numpy/where.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, unify } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

/** Attributes of {@link inTopKOp}. */
interface InTopKAttrs extends Readonly<Record<string, unknown>> {
  readonly k: number;
}

export const inTopKOp: OpDef<InTopKAttrs> = defineOp<InTopKAttrs>({
  name: "in_top_k",
  keras: "keras.src.ops.math.InTopK",
  promote: ([, predictions]) => ["int32", resultType(predictions!.dtype, "py:float")],
  infer: ([targets, predictions]) => {
    const leading = predictions!.shape.slice(0, -1);
    if (
      leading.length !== targets!.shape.length ||
      leading.some((d, i) => unify(d, targets!.shape[i]!) === null) ||
      predictions!.shape.length === 0
    ) {
      throw new ShapeError(
        `targets ${formatShape(targets!.shape)} must have the shape of predictions ${formatShape(predictions!.shape)} without its last axis`,
        {
          op: "in_top_k",
        },
      );
    }
    return [{ shape: targets!.shape, dtype: "bool" }];
  },
  decompose: ([targets, predictions], { k }) => {
    const found = takeAlongAxis(predictions!, expandDims(targets!, -1), { axis: -1 });
    const score = where(isnan(found), Number.NEGATIVE_INFINITY, found);
    const better = sum(cast(greater(predictions!, score), "int32"), { axis: -1 });
    return [lessEqual(add(better, 1), k)];
  },
  vjp: null,
});

/**
 * Whether the score of the target class is among the `k` best. Equal scores count as being among them.
 *
 * @param targets - Class indices [...].
 * @param predictions - Scores [..., classes].
 * @param k - How many of the best count.
 * @returns Booleans of the shape of `targets`.
 * @throws {ShapeError} when the shapes do not fit.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.inTopK([2, 0], [[0.1, 0.5, 0.4], [0.1, 0.5, 0.4]], 2).array()); // [true, false]
 * ```
 */
export function inTopK(targets: KerasTensor, predictions: Other, k: number): KerasTensor;
export function inTopK(targets: Other, predictions: KerasTensor, k: number): KerasTensor;
export function inTopK(targets: TensorLike, predictions: TensorLike, k: number): Tensor;
export function inTopK(targets: Other, predictions: Other, k: number): Tensor | KerasTensor {
  if (!Number.isInteger(k)) throw new ArgumentError(`k must be a whole number, got ${String(k)}`, { op: "in_top_k" });
  return apply(inTopKOp, [targets, predictions], { k })[0]!;
}

import type { NoAttrs } from "../define/attrs.ts";
import { operands } from "../define/operands.ts";
import type { Shape } from "../dim.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { concatenate, concatenateOp } from "./concatenate.ts";
import { reshape } from "./reshape.ts";

/** An op that gives its operands enough axes and joins them along one. */
/* @__NO_SIDE_EFFECTS__ */
function defineStack(
  name: string,
  keras: string,
  axisOf: (rank: number) => number,
  lift: (shape: Shape) => Shape,
): OpDef<NoAttrs> {
  return defineOp<NoAttrs>({
    name,
    keras,
    listInput: true,
    promote: "same",
    infer: (xs) => {
      const lifted = xs.map((x) => ({ shape: lift(x.shape), dtype: x.dtype }));
      return concatenateOp.infer(lifted, { axis: axisOf(lifted[0]!.shape.length) });
    },
    decompose: (xs) => {
      const lifted = xs.map((x) => reshape(x, lift(x.shape)));
      return [concatenate(lifted, { axis: axisOf(lifted[0]!.ndim) })];
    },
    inline: true,
  });
}

export const hstackOp: OpDef<NoAttrs> = defineStack(
  "hstack",
  "keras.src.ops.numpy.Hstack",
  (rank) => (rank === 1 ? 0 : 1),
  (shape) => (shape.length === 0 ? [1] : shape),
);

/**
 * Joins tensors side by side: along the second axis, or the only one.
 *
 * @param xs - The tensors; scalars count as vectors of one element.
 * @throws {ShapeError} when the shapes do not agree.
 * @throws {ArgumentError} when there is no tensor.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.hstack([ops.array([[1], [2]]), ops.array([[3], [4]])]).array()); // [[1, 3], [2, 4]]
 * ```
 */
export function hstack(xs: readonly TensorLike[] | Tensor): Tensor;
export function hstack(xs: readonly Other[]): KerasTensor;
export function hstack(xs: readonly Other[] | Tensor): Tensor | KerasTensor {
  return apply(hstackOp, operands(xs, "hstack"), {})[0]!;
}

export const vstackOp: OpDef<NoAttrs> = defineStack(
  "vstack",
  "keras.src.ops.numpy.Vstack",
  () => 0,
  (shape) => (shape.length < 2 ? [1, ...(shape.length === 0 ? [1] : shape)] : shape),
);

/**
 * Joins tensors one below the other: along the first axis; vectors are rows.
 *
 * @param xs - The tensors.
 * @throws {ShapeError} when the shapes do not agree.
 * @throws {ArgumentError} when there is no tensor.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.vstack([ops.array([1, 2]), ops.array([3, 4])]).array()); // [[1, 2], [3, 4]]
 * ```
 */
export function vstack(xs: readonly TensorLike[] | Tensor): Tensor;
export function vstack(xs: readonly Other[]): KerasTensor;
export function vstack(xs: readonly Other[] | Tensor): Tensor | KerasTensor {
  return apply(vstackOp, operands(xs, "vstack"), {})[0]!;
}

export const dstackOp: OpDef<NoAttrs> = defineStack(
  "dstack",
  "keras.src.ops.numpy.Dstack",
  () => 2,
  (shape) => {
    if (shape.length >= 3) return shape;
    return shape.length === 2 ? [...shape, 1] : [1, shape[0] ?? 1, 1];
  },
);

/**
 * Joins tensors one behind the other: along the third axis.
 *
 * @param xs - The tensors; what has fewer than three axes gets them.
 * @throws {ShapeError} when the shapes do not agree.
 * @throws {ArgumentError} when there is no tensor.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.dstack([ops.array([1, 2]), ops.array([3, 4])]).array()); // [[[1, 3], [2, 4]]]
 * ```
 */
export function dstack(xs: readonly TensorLike[] | Tensor): Tensor;
export function dstack(xs: readonly Other[]): KerasTensor;
export function dstack(xs: readonly Other[] | Tensor): Tensor | KerasTensor {
  return apply(dstackOp, operands(xs, "dstack"), {})[0]!;
}

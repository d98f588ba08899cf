import type { ShapeAttrs } from "../define/attrs.ts";
import { partialShape, type PartialShape } from "../define/shape-arg.ts";
import type { Dim } from "../dim.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { resolveReshape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import { isTensor, type Tensor } from "../tensor.ts";

export const reshapeOp: OpDef<ShapeAttrs, { readonly newshape: readonly (Dim | null)[] }> = defineOp({
  name: "reshape",
  keras: "keras.src.ops.numpy.Reshape",
  resolve: ([x], { newshape }) => ({
    shape: resolveReshape(
      x!.shape,
      newshape.map((d, i) => d ?? x!.shape[i] ?? -1),
    ),
  }),
  infer: ([x], { shape }) => [{ shape: resolveReshape(x!.shape, shape), dtype: x!.dtype }],
  vjp: ({ inputs: [x], grads: [g] }) => [reshape(g!, x!.shape)],
});

/**
 * The same elements in another shape, in row-major order.
 *
 * @param x - Any shape and dtype.
 * @param newshape - Sizes, or one size; one of them may be -1, which stands for whatever fits. An unknown size (`null`) of a symbolic
 *   tensor stands for itself, if it keeps its place.
 * @throws {ShapeError} when the number of elements differs.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.reshape([1, 2, 3, 4], [2, -1]).array()); // [[1, 2], [3, 4]]
 * ```
 */
export function reshape(x: KerasTensor, newshape: PartialShape): KerasTensor;
export function reshape(x: TensorLike, newshape: PartialShape): Tensor;
export function reshape(x: TensorLike | KerasTensor, newshape: PartialShape): Tensor | KerasTensor {
  const sizes = partialShape(newshape, "reshape");
  if (isTensor(x) && x.shape.length === sizes.length && x.shape.every((d, i) => d === sizes[i])) return x;
  return apply(reshapeOp, [x], { newshape: sizes })[0]!;
}

/**
 * All elements in one axis, in row-major order.
 *
 * @param x - Any shape and dtype.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.ravel([[1, 2], [3, 4]]).array()); // [1, 2, 3, 4]
 * ```
 */
export function ravel(x: KerasTensor): KerasTensor;
export function ravel(x: TensorLike): Tensor;
export function ravel(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return reshape(x as TensorLike, -1);
}

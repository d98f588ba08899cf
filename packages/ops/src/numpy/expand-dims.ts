import type { Shape } from "../dim.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { normalizeAxes } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { reshape } from "./reshape.ts";

export const expandDimsOp: OpDef<{ readonly axis: readonly number[] }, { readonly axis: number | readonly number[] }> =
  defineOp({
    name: "expand_dims",
    keras: "keras.src.ops.numpy.ExpandDims",
    resolve: ([x], { axis }) => {
      const added = typeof axis === "number" ? 1 : axis.length;
      return { axis: normalizeAxes(axis, x!.shape.length + added, "expand_dims") };
    },
    infer: ([x], { axis }) => [{ shape: expanded(x!.shape, axis), dtype: x!.dtype }],
    decompose: ([x], { axis }) => [reshape(x!, expanded(x!.shape, axis))],
    inline: true,
  });

function expanded(shape: Shape, axes: readonly number[]): Shape {
  const sizes = [...shape];
  for (const axis of axes) sizes.splice(axis, 0, 1);
  return sizes;
}

/**
 * Adds axes of size 1.
 *
 * @param x - Any shape and dtype.
 * @param axis - Where the new axes are in the result.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.expandDims([1, 2], 0).shape); // [1, 2]
 * ```
 */
export function expandDims(x: KerasTensor, axis: number | readonly number[]): KerasTensor;
export function expandDims(x: TensorLike, axis: number | readonly number[]): Tensor;
export function expandDims(x: TensorLike | KerasTensor, axis: number | readonly number[]): Tensor | KerasTensor {
  return apply(expandDimsOp, [x], { axis })[0]!;
}

import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { normalizeAxis } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { transpose } from "./transpose.ts";

export const swapaxesOp: OpDef<{ readonly axis1: number; readonly axis2: number }> = defineOp({
  name: "swapaxes",
  keras: "keras.src.ops.numpy.Swapaxes",
  resolve: ([x], { axis1, axis2 }) => {
    const rank = x!.shape.length;
    return { axis1: normalizeAxis(axis1, rank, "swapaxes"), axis2: normalizeAxis(axis2, rank, "swapaxes") };
  },
  infer: ([x], { axis1, axis2 }) => [{ shape: swapped(x!.shape, axis1, axis2), dtype: x!.dtype }],
  decompose: ([x], { axis1, axis2 }) => [transpose(x!, swapped([...x!.shape.keys()], axis1, axis2))],
  inline: true,
});

function swapped<T>(items: readonly T[], a: number, b: number): T[] {
  return items.map((item, i) => (i === a ? items[b]! : i === b ? items[a]! : item));
}

/**
 * Exchanges two axes.
 *
 * @param x - Any shape and dtype.
 * @param axis1 - One axis.
 * @param axis2 - The other.
 * @throws {ArgumentError} when an axis is out of range.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.swapaxes([[1, 2]], 0, 1).array()); // [[1], [2]]
 * ```
 */
export function swapaxes(x: KerasTensor, axis1: number, axis2: number): KerasTensor;
export function swapaxes(x: TensorLike, axis1: number, axis2: number): Tensor;
export function swapaxes(x: TensorLike | KerasTensor, axis1: number, axis2: number): Tensor | KerasTensor {
  return apply(swapaxesOp, [x], { axis1, axis2 })[0]!;
}

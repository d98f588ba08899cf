import { resolveOptions } from "../define/options.ts";
import { wrapIndices } from "../define/wrap-indices.ts";
import { dim } from "../dim.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { normalizeAxis } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { gatherTensor } from "./gather.ts";
import { reshape } from "./reshape.ts";
import { indexOperand } from "../define/index-operand.ts";

interface TakeAttrs {
  readonly [key: string]: unknown;
  /** null: among all elements in row-major order. */
  readonly axis: number | null;
}

export const takeOp: OpDef<TakeAttrs> = defineOp<TakeAttrs>({
  name: "take",
  keras: "keras.src.ops.numpy.Take",
  resolve: ([x], { axis }) => ({ axis: axis === null ? null : normalizeAxis(axis, x!.shape.length, "take") }),
  infer: ([x, indices], { axis }) => [
    { shape: axis === null ? indices!.shape : x!.shape.toSpliced(axis, 1, ...indices!.shape), dtype: x!.dtype },
  ],
  decompose: ([x, indices], { axis }) => {
    const from = axis === null ? reshape(x!, [dim.product(x!.shape)]) : x!;
    return [gatherTensor(from, wrapIndices(indices!, from.shape[axis ?? 0]!), axis ?? 0)];
  },
  inline: true,
});

/** Options of `take` and `takeAlongAxis`. */
export interface TakeOptions {
  /** Default (and `null`): all elements in row-major order. */
  readonly axis?: number | null | undefined;
}

/**
 * Entries of a tensor along an axis.
 *
 * @param x - Any shape and dtype.
 * @param indices - Integers of any shape, which takes the place of the axis; negative ones count from the end. Out of range they give
 *   NaN (0 for integers).
 * @param options - `axis`, or the axis itself.
 * @throws {ArgumentError} when the axis is out of range.
 * @throws {DTypeError} when a tensor of indices is not of integers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.take([[1, 2, 3], [4, 5, 6]], [0, -1], 1).array()); // [[1, 3], [4, 6]]
 * ```
 */
export function take(x: KerasTensor, indices: Other, options?: TakeOptions | number): KerasTensor;
export function take(x: Other, indices: KerasTensor, options?: TakeOptions | number): KerasTensor;
export function take(x: TensorLike, indices: TensorLike, options?: TakeOptions | number): Tensor;
export function take(x: Other, indices: Other, options?: TakeOptions | number): Tensor | KerasTensor {
  const { axis = null } = resolveOptions<TakeOptions>(options);
  return apply(takeOp, [x, indexOperand(indices)], { axis })[0]!;
}

import { resolveOptions } from "../define/options.ts";
import type { Dim } from "../dim.ts";
import { ArgumentError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, normalizeAxis } from "../shape.ts";
import { dim } from "../dim.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { argsort } from "./argsort.ts";
import { concatenate } from "./concatenate.ts";
import { ravel } from "./reshape.ts";
import { sliceAxis } from "./slice.ts";
import { sort, type SortOptions } from "./sort.ts";

interface PartitionAttrs {
  readonly [key: string]: unknown;
  readonly kth: number;
  readonly axis: number;
}

export const argpartitionOp: OpDef<PartitionAttrs> = defineOp<PartitionAttrs>({
  name: "argpartition",
  keras: "keras.src.ops.numpy.Argpartition",
  resolve: ([x], { kth, axis }) => ({ kth, axis: normalizeAxis(axis, x!.shape.length, "argpartition") }),
  infer: ([x]) => [{ shape: x!.shape, dtype: "int32" }],
  decompose: ([x], { kth, axis }) => {
    const size: Dim = x!.shape[axis]!;
    if (dim.isStatic(size) && (kth < -size || kth >= size)) {
      throw new ArgumentError(`kth ${kth} is out of range for axis ${axis} of ${formatShape(x!.shape)}`, {
        op: "argpartition",
      });
    }
    const cut = dim.add(kth < 0 ? dim.add(size, kth) : kth, 1);
    const order = argsort(x!, { axis });
    // The smaller ones in order, the others as they stand.
    return [concatenate([sliceAxis(order, axis, 0, cut), sort(sliceAxis(order, axis, cut, size), { axis })], { axis })];
  },
  vjp: null,
});

/**
 * Indices of the elements along an axis such that those up to place `kth` come first and are not larger than the others.
 *
 * @param x - At least one axis, any real dtype.
 * @param kth - The place, from 0.
 * @param options - `axis` (default the last; `null`: all elements), or the axis itself.
 * @throws {ArgumentError} when `kth` or the axis is out of range.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.argpartition([3, 1, 2, 4], 1).array()); // [1, 2, 0, 3]
 * ```
 */
export function argpartition(x: KerasTensor, kth: number, options?: SortOptions | number): KerasTensor;
export function argpartition(x: TensorLike, kth: number, options?: SortOptions | number): Tensor;
export function argpartition(x: Other, kth: number, options?: SortOptions | number): Tensor | KerasTensor {
  const { axis = -1 } = resolveOptions<SortOptions>(options);
  if (typeof kth !== "number" || !Number.isInteger(kth))
    throw new ArgumentError("kth is one whole number", { op: "argpartition" });
  return apply(argpartitionOp, [axis === null ? ravel(x as TensorLike) : x], { kth, axis: axis ?? 0 })[0]!;
}

import type { AxisAttrs } from "../define/attrs.ts";
import { resolveOptions } from "../define/options.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { normalizeAxis } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { argsort } from "./argsort.ts";
import { ravel } from "./reshape.ts";
import { takeAlongAxis } from "./take-along-axis.ts";

export const sortOp: OpDef<AxisAttrs> = defineOp<AxisAttrs>({
  name: "sort",
  keras: "keras.src.ops.numpy.Sort",
  resolve: ([x], { axis }) => ({ axis: normalizeAxis(axis, x!.shape.length, "sort") }),
  infer: ([x]) => [x!],
  vjp: ({ inputs: [x], attrs: { axis }, grads: [g] }) => [
    takeAlongAxis(g!, argsort(argsort(x!, { axis }), { axis }), { axis }),
  ],
});

/** Options of ops that order elements. */
export interface SortOptions {
  /** Default: the last one. `null`: all elements in row-major order. */
  readonly axis?: number | null | undefined;
}

/**
 * The elements along an axis in ascending order, NaN last.
 *
 * @param x - At least one axis, any real dtype.
 * @param options - `axis`, or the axis itself.
 * @throws {ArgumentError} when the axis is out of range.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.sort([3, 1, 2]).array()); // [1, 2, 3]
 * ```
 */
export function sort(x: KerasTensor, options?: SortOptions | number): KerasTensor;
export function sort(x: TensorLike, options?: SortOptions | number): Tensor;
export function sort(x: Other, options?: SortOptions | number): Tensor | KerasTensor {
  const { axis = -1 } = resolveOptions<SortOptions>(options);
  return apply(sortOp, [axis === null ? ravel(x as TensorLike) : x], { axis: axis ?? 0 })[0]!;
}

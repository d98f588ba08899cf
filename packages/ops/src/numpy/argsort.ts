import type { AxisAttrs } from "../define/attrs.ts";
import { rankOf, shaped } from "../define/operand.ts";
import { resolveOptions } from "../define/options.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { normalizeAxis } from "../shape.ts";
import { isKerasTensor } from "../symbolic/is-keras-tensor.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { ravel } from "./reshape.ts";
import type { SortOptions } from "./sort.ts";

export const argsortOp: OpDef<AxisAttrs> = defineOp<AxisAttrs>({
  name: "argsort",
  keras: "keras.src.ops.numpy.Argsort",
  resolve: ([x], { axis }) => ({ axis: normalizeAxis(axis, x!.shape.length, "argsort") }),
  infer: ([x]) => [{ shape: x!.shape, dtype: "int32" }],
  vjp: null,
});

/**
 * The indices that put the elements along an axis in ascending order, NaN last. Equal elements keep their order.
 *
 * @param x - Any shape and real dtype; a scalar counts as one element.
 * @param options - `axis`, or the axis itself.
 * @throws {ArgumentError} when the axis is out of range.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.argsort([3, 1, 2]).array()); // [1, 2, 0]
 * ```
 */
export function argsort(x: KerasTensor, options?: SortOptions | number): KerasTensor;
export function argsort(x: TensorLike, options?: SortOptions | number): Tensor;
export function argsort(x: Other, options?: SortOptions | number): Tensor | KerasTensor {
  const { axis = -1 } = resolveOptions<SortOptions>(options);
  const value = shaped(x);
  const flat = axis === null || (rankOf(value) === 0 && !isKerasTensor(value));
  return apply(argsortOp, [flat ? ravel(value as TensorLike) : value], { axis: flat ? 0 : axis })[0]!;
}

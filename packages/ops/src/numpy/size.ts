import type { NoAttrs } from "../define/attrs.ts";
import { asDType } from "../define/as-dtype.ts";
import { dimValue } from "../define/size-along.ts";
import { toTensor } from "../convert.ts";
import { dim } from "../dim.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { shape } from "../core/shape.ts";
import { sizeOf } from "../shape.ts";
import { isKerasTensor } from "../symbolic/is-keras-tensor.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";

/** `size` of a symbolic tensor. */
export const sizeOp: OpDef<NoAttrs> = defineOp<NoAttrs>({
  name: "size",
  keras: "keras.src.ops.numpy.Size",
  infer: () => [{ shape: [], dtype: "int32" }],
  decompose: ([x]) => [asDType(toTensor(dimValue(dim.product(x!.shape))), "int32")],
  vjp: null,
});

/**
 * The number of elements of a tensor; of a symbolic one, a symbolic number.
 *
 * @param x - Any shape and dtype.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.size([[1, 2, 3], [4, 5, 6]])); // 6
 * ```
 */
export function size(x: KerasTensor): KerasTensor;
export function size(x: TensorLike): number;
export function size(x: TensorLike | KerasTensor): number | KerasTensor {
  return isKerasTensor(x) ? (apply(sizeOp, [x], {})[0] as unknown as KerasTensor) : sizeOf(shape(x));
}

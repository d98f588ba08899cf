import { asDType } from "../define/as-dtype.ts";
import { limitsOf, towardZero } from "../define/limits.ts";
import { standardizeDType, type DType } from "../dtype.ts";
import { apply } from "../execution/dispatch.ts";
import { clip } from "../numpy/clip.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const saturateCastOp: OpDef<{ readonly dtype: DType }> = defineOp({
  name: "saturate_cast",
  keras: "keras.src.ops.core.SaturateCast",
  infer: ([x], { dtype }) => {
    limitsOf(x!.dtype);
    limitsOf(dtype);
    return [{ shape: x!.shape, dtype }];
  },
  decompose: ([x], { dtype }) => {
    if (x!.dtype === "bool") return [asDType(x!, dtype)];
    const [from, to] = [limitsOf(x!.dtype), limitsOf(dtype)];
    const low = towardZero(Math.max(from.min, to.min), x!.dtype);
    const high = towardZero(Math.min(from.max, to.max), x!.dtype);
    return [asDType(clip(x!, low, high), dtype)];
  },
  inline: true,
});

/**
 * Converts a tensor to another dtype; what that cannot hold becomes the nearest number that it can.
 *
 * @param x - Any shape and real dtype.
 * @param dtype - The dtype to convert to; `null` is floatx.
 * @throws {DTypeError} for complex numbers and strings.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.saturateCast([-1, 300], "uint8").array()); // [0, 255]
 * ```
 */
export function saturateCast(x: KerasTensor, dtype: DType | null): KerasTensor;
export function saturateCast(x: TensorLike, dtype: DType | null): Tensor;
export function saturateCast(x: TensorLike | KerasTensor, dtype: DType | null): Tensor | KerasTensor {
  return apply(saturateCastOp, [x], { dtype: standardizeDType(dtype) })[0]!;
}

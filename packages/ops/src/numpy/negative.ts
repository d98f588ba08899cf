import type { NoAttrs } from "../define/attrs.ts";
import { notBool } from "../define/kinds.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const negativeOp: OpDef<NoAttrs> = defineUnary({
  name: "negative",
  keras: "keras.src.ops.numpy.Negative",
  promote: "keep",
  check: (dtype) => notBool(dtype, "negative"),
  gradient: (g) => negative(g),
});

/**
 * Flips the sign of every element; unsigned integers wrap.
 *
 * @param x - Any shape and numeric dtype.
 * @throws {DTypeError} for booleans: use `logicalNot`.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.negative([1, -2]).array()); // [-1, 2]
 * ```
 */
export function negative(x: KerasTensor): KerasTensor;
export function negative(x: TensorLike): Tensor;
export function negative(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(negativeOp, [x], {})[0]!;
}

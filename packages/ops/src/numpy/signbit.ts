import type { NoAttrs } from "../define/attrs.ts";
import { notComplex } from "../define/kinds.ts";
import { defineUnary } from "../define/unary.ts";
import { isFloat } from "../dtype.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { less } from "./compare.ts";
import { divide } from "./divide.ts";
import { logicalOr } from "./logical.ts";

export const signbitOp: OpDef<NoAttrs> = defineUnary({
  name: "signbit",
  keras: "keras.src.ops.numpy.Signbit",
  promote: "keep",
  result: (dtype) => (notComplex(dtype, "signbit"), "bool"),
  // 1 / -0 is -Infinity: the one arithmetic trace of a negative zero.
  decompose: (x) => (isFloat(x.dtype) ? logicalOr(less(x, 0), less(divide(1, x), 0)) : less(x, 0)),
  gradient: null,
});

/**
 * Whether the sign bit of each element is set: it is for negative numbers and -0.
 *
 * @param x - Any shape and numeric dtype.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.signbit([1, -1, -0]).array()); // [false, true, true]
 * ```
 */
export function signbit(x: KerasTensor): KerasTensor;
export function signbit(x: TensorLike): Tensor;
export function signbit(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(signbitOp, [x], {})[0]!;
}

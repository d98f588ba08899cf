import type { NoAttrs } from "../define/attrs.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { equal } from "./compare.ts";
import { divide } from "./divide.ts";
import { multiply } from "./multiply.ts";
import { sin } from "./trigonometry.ts";
import { where } from "./where.ts";

export const sincOp: OpDef<NoAttrs> = defineUnary({
  name: "sinc",
  keras: "keras.src.ops.numpy.Sinc",
  decompose: (x) => {
    const zero = equal(x, 0);
    const angle = multiply(where(zero, 1, x), Math.PI);
    return where(zero, 1, divide(sin(angle), angle));
  },
});

/**
 * The normalized sinc function `sin(πx) / (πx)`, 1 at 0.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.sinc([0, 0.5]).array()); // [1, 0.63661975]
 * ```
 */
export function sinc(x: KerasTensor): KerasTensor;
export function sinc(x: TensorLike): Tensor;
export function sinc(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(sincOp, [x], {})[0]!;
}

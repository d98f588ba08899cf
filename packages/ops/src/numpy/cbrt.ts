import type { NoAttrs } from "../define/attrs.ts";
import { notComplex } from "../define/kinds.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { absolute } from "./absolute.ts";
import { divide } from "./divide.ts";
import { multiply } from "./multiply.ts";
import { power } from "./power.ts";
import { sign } from "./sign.ts";

export const cbrtOp: OpDef<NoAttrs> = defineUnary({
  name: "cbrt",
  keras: "keras.src.ops.numpy.Cbrt",
  decompose: (x) => multiply(sign(x), power(absolute(x), 1 / 3)),
  gradient: (g, _, y) => divide(g, multiply(multiply(y, y), 3)),
  result: (dtype) => notComplex(dtype, "cbrt"),
});

/**
 * The cube root; negative numbers have negative ones.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.cbrt([8, -1]).array()); // [2, -1]
 * ```
 */
export function cbrt(x: KerasTensor): KerasTensor;
export function cbrt(x: TensorLike): Tensor;
export function cbrt(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(cbrtOp, [x], {})[0]!;
}

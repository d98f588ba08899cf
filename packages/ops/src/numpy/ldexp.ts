import { asDType } from "../define/as-dtype.ts";
import type { NoAttrs } from "../define/attrs.ts";
import { isInteger, resultType } from "../dtype.ts";
import { DTypeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { broadcastShapes } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { floorDivide } from "./floor-divide.ts";
import { multiply } from "./multiply.ts";
import { power } from "./power.ts";
import { subtract } from "./subtract.ts";

export const ldexpOp: OpDef<NoAttrs> = defineOp<NoAttrs>({
  name: "ldexp",
  keras: "keras.src.ops.numpy.Ldexp",
  promote: ([x, y]) => [resultType(x!.dtype, "py:float"), resultType(y!.dtype)],
  infer: ([x, y]) => [{ shape: broadcastShapes([x!.shape, y!.shape], "ldexp"), dtype: x!.dtype }],
  decompose: ([x, y]) => {
    if (!isInteger(y!.dtype)) throw new DTypeError(`the exponent holds integers, not ${y!.dtype}`, { op: "ldexp" });
    // In two steps, each of which can be held where the whole power cannot.
    const half = floorDivide(y!, 2);
    const scale = (n: Tensor): Tensor => asDType(power(2, asDType(n, "float32")), x!.dtype);
    return [multiply(multiply(x!, scale(half)), scale(subtract(y!, half)))];
  },
});

/**
 * `x1 · 2 ** x2`, element by element.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Integers of any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @throws {DTypeError} unless `x2` holds integers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.ldexp([0.5, 1.5], ops.array([2, 3], "int32")).array()); // [2, 12]
 * ```
 */
export function ldexp(x1: KerasTensor, x2: Other): KerasTensor;
export function ldexp(x1: Other, x2: KerasTensor): KerasTensor;
export function ldexp(x1: TensorLike, x2: TensorLike): Tensor;
export function ldexp(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(ldexpOp, [x1, x2], {})[0]!;
}

import type { NoAttrs } from "../define/attrs.ts";
import { defineBinary } from "../define/binary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { equal } from "./compare.ts";
import { divide } from "./divide.ts";
import { where } from "./where.ts";

export const divideNoNanOp: OpDef<NoAttrs> = defineBinary({
  name: "divide_no_nan",
  keras: "keras.src.ops.numpy.DivideNoNan",
  promote: "float",
  decompose: (x, y) => {
    const zero = equal(y, 0);
    return where(zero, 0, divide(x, where(zero, 1, y)));
  },
});

/**
 * The quotient of two values, element by element; 0 where the divisor is 0.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.divideNoNan([1, 2], [0, 4]).array()); // [0, 0.5]
 * ```
 */
export function divideNoNan(x1: KerasTensor, x2: Other): KerasTensor;
export function divideNoNan(x1: Other, x2: KerasTensor): KerasTensor;
export function divideNoNan(x1: TensorLike, x2: TensorLike): Tensor;
export function divideNoNan(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(divideNoNanOp, [x1, x2], {})[0]!;
}

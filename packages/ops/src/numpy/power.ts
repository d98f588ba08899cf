import type { NoAttrs } from "../define/attrs.ts";
import { defineBinary } from "../define/binary.ts";
import { boolAsInt } from "../define/kinds.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { equal } from "./compare.ts";
import { log } from "./log.ts";
import { multiply } from "./multiply.ts";
import { subtract } from "./subtract.ts";
import { where } from "./where.ts";

export const powerOp: OpDef<NoAttrs> = defineBinary({
  name: "power",
  keras: "keras.src.ops.numpy.Power",
  promote: (inputs) => boolAsInt(inputs),
  gradient: {
    x: (g, x, y) => {
      // Where y is 0 the derivative is 0, also at x = 0, where x ** -1 is infinite.
      const zero = equal(y, 0);
      return multiply(g, where(zero, 0, multiply(y, power(x, where(zero, 1, subtract(y, 1))))));
    },
    y: (g, x, _, z) => multiply(g, multiply(log(where(equal(x, 0), 1, x)), z)),
  },
});

/**
 * `x1` to the power of `x2`, element by element. A fraction of a negative number is NaN; integers need exponents of at least 0.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.power([2, 3], 2).array()); // [4, 9]
 * ```
 */
export function power(x1: KerasTensor, x2: Other): KerasTensor;
export function power(x1: Other, x2: KerasTensor): KerasTensor;
export function power(x1: TensorLike, x2: TensorLike): Tensor;
export function power(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(powerOp, [x1, x2], {})[0]!;
}

import type { NoAttrs } from "../define/attrs.ts";
import { defineBinary } from "../define/binary.ts";
import { notComplex } from "../define/kinds.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "./add.ts";
import { divide } from "./divide.ts";
import { multiply } from "./multiply.ts";
import { negative } from "./negative.ts";

export const arctan2Op: OpDef<NoAttrs> = defineBinary({
  name: "arctan2",
  keras: "keras.src.ops.numpy.Arctan2",
  promote: "float",
  result: (dtype) => notComplex(dtype, "arctan2"),
  gradient: {
    x: (g, x, y) => multiply(g, divide(y, add(multiply(x, x), multiply(y, y)))),
    y: (g, x, y) => multiply(g, divide(negative(x), add(multiply(x, x), multiply(y, y)))),
  },
});

/**
 * The angle of the points `(x2, x1)`, in radians in [-π, π]: the inverse tangent of `x1 / x2` in the right quadrant.
 *
 * @param x1 - Heights (y). Any shape that broadcasts with `x2`.
 * @param x2 - Widths (x). Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.arctan2([0, 1], [1, 0]).array()); // [0, 1.5707964]
 * ```
 */
export function arctan2(x1: KerasTensor, x2: Other): KerasTensor;
export function arctan2(x1: Other, x2: KerasTensor): KerasTensor;
export function arctan2(x1: TensorLike, x2: TensorLike): Tensor;
export function arctan2(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(arctan2Op, [x1, x2], {})[0]!;
}

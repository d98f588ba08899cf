import type { NoAttrs } from "../define/attrs.ts";
import { defineBinary } from "../define/binary.ts";
import { notComplex } from "../define/kinds.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { absolute } from "./absolute.ts";
import { add } from "./add.ts";
import { equal } from "./compare.ts";
import { divide } from "./divide.ts";
import { maximum } from "./maximum.ts";
import { minimum } from "./minimum.ts";
import { multiply } from "./multiply.ts";
import { sqrt } from "./sqrt.ts";
import { where } from "./where.ts";

export const hypotOp: OpDef<NoAttrs> = defineBinary({
  name: "hypot",
  keras: "keras.src.ops.numpy.Hypot",
  promote: "float",
  result: (dtype) => notComplex(dtype, "hypot"),
  decompose: (x, y) => {
    const [a, b] = [absolute(x), absolute(y)];
    const [larger, smaller] = [maximum(a, b), minimum(a, b)];
    // The larger one is taken out of the root, so that its square does not overflow.
    const zero = equal(larger, 0);
    const ratio = divide(smaller, where(zero, 1, larger));
    const length = multiply(larger, sqrt(add(multiply(ratio, ratio), 1)));
    const infinite = equal(larger, Number.POSITIVE_INFINITY);
    return where(infinite, Number.POSITIVE_INFINITY, where(zero, larger, length));
  },
  gradient: {
    x: (g, x, _, z) => where(equal(z, 0), 0, multiply(g, divide(x, where(equal(z, 0), 1, z)))),
    y: (g, _, y, z) => where(equal(z, 0), 0, multiply(g, divide(y, where(equal(z, 0), 1, z)))),
  },
});

/**
 * The length of the vectors `(x1, x2)`, without overflow.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.hypot([3, 5], [4, 12]).array()); // [5, 13]
 * ```
 */
export function hypot(x1: KerasTensor, x2: Other): KerasTensor;
export function hypot(x1: Other, x2: KerasTensor): KerasTensor;
export function hypot(x1: TensorLike, x2: TensorLike): Tensor;
export function hypot(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(hypotOp, [x1, x2], {})[0]!;
}

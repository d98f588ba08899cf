import type { NoAttrs } from "../define/attrs.ts";
import { defineBinary } from "../define/binary.ts";
import { notComplex } from "../define/kinds.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { greater, less } from "./compare.ts";
import { isnan } from "./isnan.ts";
import { where } from "./where.ts";

export const heavisideOp: OpDef<NoAttrs> = defineBinary({
  name: "heaviside",
  keras: "keras.src.ops.numpy.Heaviside",
  promote: "float",
  result: (dtype) => notComplex(dtype, "heaviside"),
  decompose: (x, y) => where(less(x, 0), 0, where(greater(x, 0), 1, where(isnan(x), x, y))),
});

/**
 * The step function: 0 where `x1` is negative, 1 where it is positive, `x2` where it is 0.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.heaviside([-1, 0, 2], 0.5).array()); // [0, 0.5, 1]
 * ```
 */
export function heaviside(x1: KerasTensor, x2: Other): KerasTensor;
export function heaviside(x1: Other, x2: KerasTensor): KerasTensor;
export function heaviside(x1: TensorLike, x2: TensorLike): Tensor;
export function heaviside(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(heavisideOp, [x1, x2], {})[0]!;
}

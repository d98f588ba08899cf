import type { NoAttrs } from "../define/attrs.ts";
import { defineBinary } from "../define/binary.ts";
import { boolAsInt, notComplex } from "../define/kinds.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const floorDivideOp: OpDef<NoAttrs> = defineBinary({
  name: "floor_divide",
  keras: "keras.src.ops.numpy.FloorDivide",
  promote: (inputs) => boolAsInt(inputs),
  result: (dtype) => notComplex(dtype, "floor_divide"),
  gradient: null,
});

/**
 * The largest whole number that is not above `x1 / x2`, element by element.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.floorDivide([7, -7], 2).array()); // [3, -4]
 * ```
 */
export function floorDivide(x1: KerasTensor, x2: Other): KerasTensor;
export function floorDivide(x1: Other, x2: KerasTensor): KerasTensor;
export function floorDivide(x1: TensorLike, x2: TensorLike): Tensor;
export function floorDivide(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(floorDivideOp, [x1, x2], {})[0]!;
}

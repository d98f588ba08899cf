import type { NoAttrs } from "../define/attrs.ts";
import { defineBinary } from "../define/binary.ts";
import { notComplex } from "../define/kinds.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const nextafterOp: OpDef<NoAttrs> = defineBinary({
  name: "nextafter",
  keras: "keras.src.ops.numpy.Nextafter",
  promote: "float",
  result: (dtype) => notComplex(dtype, "nextafter"),
  gradient: null,
});

/**
 * The float after `x1` in the direction of `x2`, element by element.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.greater(ops.nextafter(1, 2), 1).item()); // true
 * ```
 */
export function nextafter(x1: KerasTensor, x2: Other): KerasTensor;
export function nextafter(x1: Other, x2: KerasTensor): KerasTensor;
export function nextafter(x1: TensorLike, x2: TensorLike): Tensor;
export function nextafter(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(nextafterOp, [x1, x2], {})[0]!;
}

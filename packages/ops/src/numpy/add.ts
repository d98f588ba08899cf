import type { NoAttrs } from "../define/attrs.ts";
import { defineBinary } from "../define/binary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const addOp: OpDef<NoAttrs> = defineBinary({
  name: "add",
  keras: "keras.src.ops.numpy.Add",
  gradient: { x: (g) => g, y: (g) => g },
});

/**
 * The sum of two values, element by element. Integers wrap on overflow; of booleans it is "or".
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.add([1, 2], 3).array()); // [4, 5]
 * ```
 */
export function add(x1: KerasTensor, x2: Other): KerasTensor;
export function add(x1: Other, x2: KerasTensor): KerasTensor;
export function add(x1: TensorLike, x2: TensorLike): Tensor;
export function add(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(addOp, [x1, x2], {})[0]!;
}

import type { NoAttrs } from "../define/attrs.ts";
import { defineBinary } from "../define/binary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const multiplyOp: OpDef<NoAttrs> = defineBinary({
  name: "multiply",
  keras: "keras.src.ops.numpy.Multiply",
  gradient: { x: (g, _, y) => multiply(g, y), y: (g, x) => multiply(g, x) },
});

/**
 * The product of two values, element by element. Integers wrap on overflow; of booleans it is "and".
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.multiply([1, 2], 3).array()); // [3, 6]
 * ```
 */
export function multiply(x1: KerasTensor, x2: Other): KerasTensor;
export function multiply(x1: Other, x2: KerasTensor): KerasTensor;
export function multiply(x1: TensorLike, x2: TensorLike): Tensor;
export function multiply(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(multiplyOp, [x1, x2], {})[0]!;
}

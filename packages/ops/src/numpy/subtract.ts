import type { NoAttrs } from "../define/attrs.ts";
import { defineBinary } from "../define/binary.ts";
import { notBool } from "../define/kinds.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { negative } from "./negative.ts";

export const subtractOp: OpDef<NoAttrs> = defineBinary({
  name: "subtract",
  keras: "keras.src.ops.numpy.Subtract",
  check: (dtype) => notBool(dtype, "subtract"),
  gradient: { x: (g) => g, y: (g) => negative(g) },
});

/**
 * The difference of two values, element by element. Integers wrap on overflow.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @throws {DTypeError} for two booleans: use `logicalXor`.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.subtract([4, 5], 3).array()); // [1, 2]
 * ```
 */
export function subtract(x1: KerasTensor, x2: Other): KerasTensor;
export function subtract(x1: Other, x2: KerasTensor): KerasTensor;
export function subtract(x1: TensorLike, x2: TensorLike): Tensor;
export function subtract(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(subtractOp, [x1, x2], {})[0]!;
}

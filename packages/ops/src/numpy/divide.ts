import type { NoAttrs } from "../define/attrs.ts";
import { defineBinary } from "../define/binary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { multiply } from "./multiply.ts";
import { negative } from "./negative.ts";

export const divideOp: OpDef<NoAttrs> = defineBinary({
  name: "divide",
  keras: "keras.src.ops.numpy.Divide",
  promote: "float",
  gradient: {
    x: (g, _, y) => divide(g, y),
    y: (g, _, y, z) => negative(divide(multiply(g, z), y)),
  },
});

/**
 * The quotient of two values, element by element. Integers and booleans become floatx first.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.divide([1, 2], 4).array()); // [0.25, 0.5]
 * ```
 */
export function divide(x1: KerasTensor, x2: Other): KerasTensor;
export function divide(x1: Other, x2: KerasTensor): KerasTensor;
export function divide(x1: TensorLike, x2: TensorLike): Tensor;
export function divide(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(divideOp, [x1, x2], {})[0]!;
}

export const trueDivideOp: OpDef<NoAttrs> = defineBinary({
  name: "true_divide",
  keras: "keras.src.ops.numpy.TrueDivide",
  promote: "float",
  decompose: (x, y) => divide(x, y),
  inline: true,
});

/**
 * As `divide`.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.trueDivide([1, 2], 4).array()); // [0.25, 0.5]
 * ```
 */
export function trueDivide(x1: KerasTensor, x2: Other): KerasTensor;
export function trueDivide(x1: Other, x2: KerasTensor): KerasTensor;
export function trueDivide(x1: TensorLike, x2: TensorLike): Tensor;
export function trueDivide(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(trueDivideOp, [x1, x2], {})[0]!;
}

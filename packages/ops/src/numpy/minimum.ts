import type { NoAttrs } from "../define/attrs.ts";
import { defineBinary } from "../define/binary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { equal, greater, less } from "./compare.ts";
import { isnan } from "./isnan.ts";
import { logicalOr } from "./logical.ts";
import { multiply } from "./multiply.ts";
import { where } from "./where.ts";

export const minimumOp: OpDef<NoAttrs> = defineBinary({
  name: "minimum",
  keras: "keras.src.ops.numpy.Minimum",
  gradient: {
    // At a tie each operand gets half.
    x: (g, x, y) => where(less(x, y), g, where(equal(x, y), multiply(g, 0.5), 0)),
    y: (g, x, y) => where(greater(x, y), g, where(equal(x, y), multiply(g, 0.5), 0)),
  },
});

/**
 * The smaller of two values, element by element; NaN where either is NaN.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.minimum([1, 5], 3).array()); // [1, 3]
 * ```
 */
export function minimum(x1: KerasTensor, x2: Other): KerasTensor;
export function minimum(x1: Other, x2: KerasTensor): KerasTensor;
export function minimum(x1: TensorLike, x2: TensorLike): Tensor;
export function minimum(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(minimumOp, [x1, x2], {})[0]!;
}

export const fminOp: OpDef<NoAttrs> = defineBinary({
  name: "fmin",
  keras: "keras.src.ops.numpy.Fmin",
  decompose: (x, y) => where(logicalOr(less(x, y), isnan(y)), x, y),
});

/**
 * The smaller of two values, element by element; where one is NaN, the other.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.fmin([1, NaN], [NaN, 2]).array()); // [1, 2]
 * ```
 */
export function fmin(x1: KerasTensor, x2: Other): KerasTensor;
export function fmin(x1: Other, x2: KerasTensor): KerasTensor;
export function fmin(x1: TensorLike, x2: TensorLike): Tensor;
export function fmin(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(fminOp, [x1, x2], {})[0]!;
}

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

export const maximumOp: OpDef<NoAttrs> = defineBinary({
  name: "maximum",
  keras: "keras.src.ops.numpy.Maximum",
  gradient: {
    // At a tie each operand gets half.
    x: (g, x, y) => where(greater(x, y), g, where(equal(x, y), multiply(g, 0.5), 0)),
    y: (g, x, y) => where(less(x, y), g, where(equal(x, y), multiply(g, 0.5), 0)),
  },
});

/**
 * The larger of two values, element by element; NaN where either is NaN.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.maximum([1, 5], 3).array()); // [3, 5]
 * ```
 */
export function maximum(x1: KerasTensor, x2: Other): KerasTensor;
export function maximum(x1: Other, x2: KerasTensor): KerasTensor;
export function maximum(x1: TensorLike, x2: TensorLike): Tensor;
export function maximum(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(maximumOp, [x1, x2], {})[0]!;
}

export const fmaxOp: OpDef<NoAttrs> = defineBinary({
  name: "fmax",
  keras: "keras.src.ops.numpy.Fmax",
  decompose: (x, y) => where(logicalOr(greater(x, y), isnan(y)), x, y),
});

/**
 * The larger of two values, element by element; where one is NaN, the other.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.fmax([1, NaN], [NaN, 2]).array()); // [1, 2]
 * ```
 */
export function fmax(x1: KerasTensor, x2: Other): KerasTensor;
export function fmax(x1: Other, x2: KerasTensor): KerasTensor;
export function fmax(x1: TensorLike, x2: TensorLike): Tensor;
export function fmax(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(fmaxOp, [x1, x2], {})[0]!;
}

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
import { exp } from "./exp.ts";
import { exp2 } from "./exp2.ts";
import { log1p } from "./log1p.ts";
import { maximum } from "./maximum.ts";
import { multiply } from "./multiply.ts";
import { negative } from "./negative.ts";
import { subtract } from "./subtract.ts";
import { where } from "./where.ts";

export const logaddexpOp: OpDef<NoAttrs> = defineBinary({
  name: "logaddexp",
  keras: "keras.src.ops.numpy.Logaddexp",
  promote: "float",
  result: (dtype) => notComplex(dtype, "logaddexp"),
  decompose: (x, y) => {
    const [larger, distance] = [maximum(x, y), absolute(subtract(x, y))];
    // Equal infinities: their difference is NaN.
    const same = equal(x, y);
    return add(larger, log1p(exp(negative(where(same, 0, distance)))));
  },
  gradient: {
    x: (g, x, _, z) => multiply(g, exp(gap(x, z))),
    y: (g, _, y, z) => multiply(g, exp(gap(y, z))),
  },
});

/**
 * `log(exp(x1) + exp(x2))`, without overflow.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.logaddexp([0], [-Infinity]).array()); // [0]
 * ```
 */
export function logaddexp(x1: KerasTensor, x2: Other): KerasTensor;
export function logaddexp(x1: Other, x2: KerasTensor): KerasTensor;
export function logaddexp(x1: TensorLike, x2: TensorLike): Tensor;
export function logaddexp(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(logaddexpOp, [x1, x2], {})[0]!;
}

export const logaddexp2Op: OpDef<NoAttrs> = defineBinary({
  name: "logaddexp2",
  keras: "keras.src.ops.numpy.Logaddexp2",
  promote: "float",
  result: (dtype) => notComplex(dtype, "logaddexp2"),
  decompose: (x, y) => {
    const [larger, distance] = [maximum(x, y), absolute(subtract(x, y))];
    const same = equal(x, y);
    return add(larger, divide(log1p(exp2(negative(where(same, 0, distance)))), Math.LN2));
  },
  gradient: {
    x: (g, x, _, z) => multiply(g, exp2(gap(x, z))),
    y: (g, _, y, z) => multiply(g, exp2(gap(y, z))),
  },
});

/**
 * `log2(2 ** x1 + 2 ** x2)`, without overflow.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.logaddexp2([3], [3]).array()); // [4]
 * ```
 */
export function logaddexp2(x1: KerasTensor, x2: Other): KerasTensor;
export function logaddexp2(x1: Other, x2: KerasTensor): KerasTensor;
export function logaddexp2(x1: TensorLike, x2: TensorLike): Tensor;
export function logaddexp2(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(logaddexp2Op, [x1, x2], {})[0]!;
}

/** How far an operand lies below the result: 0 where they are one, also of infinities, whose difference would be NaN. */
function gap(x: Tensor, z: Tensor): Tensor {
  return where(equal(x, z), 0, subtract(x, z));
}

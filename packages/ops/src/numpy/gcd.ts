import { whileLoop } from "../core/while-loop.ts";
import type { NoAttrs } from "../define/attrs.ts";
import { defineBinary } from "../define/binary.ts";
import { isInteger, type DType } from "../dtype.ts";
import { DTypeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { broadcastShapes } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { absolute } from "./absolute.ts";
import { any } from "./any.ts";
import { broadcastTo } from "./broadcast-to.ts";
import { equal, notEqual } from "./compare.ts";
import { floorDivide } from "./floor-divide.ts";
import { mod } from "./mod.ts";
import { multiply } from "./multiply.ts";
import { where } from "./where.ts";

export const gcdOp: OpDef<NoAttrs> = defineBinary({
  name: "gcd",
  keras: "keras.src.ops.numpy.Gcd",
  check: (dtype) => wholeNumbers(dtype, "gcd"),
  decompose: (x, y) => {
    const shape = broadcastShapes([x.shape, y.shape]);
    const start = [x, y].map((n) => broadcastTo(absolute(n), shape)) as [Tensor, Tensor];
    // Euclid: (a, b) becomes (b, a mod b) until every b is 0; a is then the divisor.
    const [divisor] = whileLoop(
      (_, b) => any(notEqual(b, 0)),
      (a, b) => [where(equal(b, 0), a, b), where(equal(b, 0), b, mod(a, b))] as [Tensor, Tensor],
      start,
    );
    return divisor;
  },
  gradient: null,
});

/**
 * The greatest common divisor, element by element; never negative.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @throws {DTypeError} unless both are integers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.gcd(ops.array([12, 7], "int32"), 18).array()); // [6, 1]
 * ```
 */
export function gcd(x1: KerasTensor, x2: Other): KerasTensor;
export function gcd(x1: Other, x2: KerasTensor): KerasTensor;
export function gcd(x1: TensorLike, x2: TensorLike): Tensor;
export function gcd(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(gcdOp, [x1, x2], {})[0]!;
}

export const lcmOp: OpDef<NoAttrs> = defineBinary({
  name: "lcm",
  keras: "keras.src.ops.numpy.Lcm",
  check: (dtype) => wholeNumbers(dtype, "lcm"),
  decompose: (x, y) => {
    const divisor = gcd(x, y);
    return multiply(absolute(floorDivide(x, where(equal(divisor, 0), 1, divisor))), absolute(y));
  },
  gradient: null,
});

/**
 * The least common multiple, element by element; never negative.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @throws {DTypeError} unless both are integers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.lcm(ops.array([4, 5], "int32"), 6).array()); // [12, 30]
 * ```
 */
export function lcm(x1: KerasTensor, x2: Other): KerasTensor;
export function lcm(x1: Other, x2: KerasTensor): KerasTensor;
export function lcm(x1: TensorLike, x2: TensorLike): Tensor;
export function lcm(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(lcmOp, [x1, x2], {})[0]!;
}

/** @throws {DTypeError} unless the dtype is an integer one. */
function wholeNumbers(dtype: DType, op: string): DType {
  if (!isInteger(dtype)) throw new DTypeError(`works on integers, not on ${dtype}`, { op });
  return dtype;
}

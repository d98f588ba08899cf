import type { NoAttrs } from "../define/attrs.ts";
import { defineBinary } from "../define/binary.ts";
import { cast } from "../core/cast.ts";
import { boolAsInt, notComplex } from "../define/kinds.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { absolute } from "./absolute.ts";
import { divide } from "./divide.ts";
import { floorDivide } from "./floor-divide.ts";
import { logicalAnd, logicalNot } from "./logical.ts";
import { multiply } from "./multiply.ts";
import { negative } from "./negative.ts";
import { trunc } from "./rounding.ts";
import { sign } from "./sign.ts";

export const modOp: OpDef<NoAttrs> = defineBinary({
  name: "mod",
  keras: "keras.src.ops.numpy.Mod",
  promote: (inputs) => boolAsInt(inputs),
  result: (dtype) => notComplex(dtype, "mod"),
  gradient: { x: (g) => g, y: (g, x, y) => negative(multiply(g, floorDivide(x, y))) },
});

/**
 * The remainder of `floorDivide`: it has the sign of `x2`.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.mod([7, -7], 3).array()); // [1, 2]
 * ```
 */
export function mod(x1: KerasTensor, x2: Other): KerasTensor;
export function mod(x1: Other, x2: KerasTensor): KerasTensor;
export function mod(x1: TensorLike, x2: TensorLike): Tensor;
export function mod(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(modOp, [x1, x2], {})[0]!;
}

export const fmodOp: OpDef<NoAttrs> = defineBinary({
  name: "fmod",
  keras: "keras.src.ops.numpy.Fmod",
  result: (dtype) => (dtype === "bool" ? "int32" : notComplex(dtype, "fmod")),
  decompose: (x, y) => {
    // Of truth values, what XLA leaves of x when it divides by zero is x.
    if (x.dtype === "bool") return cast(logicalAnd(x, logicalNot(y)), "int32");
    // Exact, unlike x - trunc(x / y) * y.
    return multiply(sign(x), mod(absolute(x), absolute(y)));
  },
  gradient: { x: (g) => g, y: (g, x, y) => negative(multiply(g, trunc(divide(x, y)))) },
});

/**
 * The remainder of a division that truncates: it has the sign of `x1`.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.fmod([7, -7], 3).array()); // [1, -1]
 * ```
 */
export function fmod(x1: KerasTensor, x2: Other): KerasTensor;
export function fmod(x1: Other, x2: KerasTensor): KerasTensor;
export function fmod(x1: TensorLike, x2: TensorLike): Tensor;
export function fmod(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(fmodOp, [x1, x2], {})[0]!;
}

import type { NoAttrs } from "../define/attrs.ts";
import { defineBinary } from "../define/binary.ts";
import { boolAsInt, integral } from "../define/kinds.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const leftShiftOp: OpDef<NoAttrs> = defineBinary({
  name: "left_shift",
  keras: "keras.src.ops.numpy.LeftShift",
  promote: (inputs) => boolAsInt(inputs),
  check: (dtype) => integral(dtype, "left_shift"),
  gradient: null,
});

/**
 * Shifts the bits of `x` up by `y`, filling with zeros.
 *
 * @param x - Any shape that broadcasts with `y`.
 * @param y - How many bits; any shape that broadcasts with `x`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @throws {DTypeError} unless both are integers or booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.leftShift(ops.array([3], "int32"), 2).array()); // [12]
 * ```
 */
export function leftShift(x: KerasTensor, y: Other): KerasTensor;
export function leftShift(x: Other, y: KerasTensor): KerasTensor;
export function leftShift(x: TensorLike, y: TensorLike): Tensor;
export function leftShift(x: Other, y: Other): Tensor | KerasTensor {
  return apply(leftShiftOp, [x, y], {})[0]!;
}

export const rightShiftOp: OpDef<NoAttrs> = defineBinary({
  name: "right_shift",
  keras: "keras.src.ops.numpy.RightShift",
  promote: (inputs) => boolAsInt(inputs),
  check: (dtype) => integral(dtype, "right_shift"),
  gradient: null,
});

/**
 * Shifts the bits of `x` down by `y`; signed integers keep their sign.
 *
 * @param x - Any shape that broadcasts with `y`.
 * @param y - How many bits; any shape that broadcasts with `x`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @throws {DTypeError} unless both are integers or booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.rightShift(ops.array([-12], "int32"), 2).array()); // [-3]
 * ```
 */
export function rightShift(x: KerasTensor, y: Other): KerasTensor;
export function rightShift(x: Other, y: KerasTensor): KerasTensor;
export function rightShift(x: TensorLike, y: TensorLike): Tensor;
export function rightShift(x: Other, y: Other): Tensor | KerasTensor {
  return apply(rightShiftOp, [x, y], {})[0]!;
}

export const bitwiseLeftShiftOp: OpDef<NoAttrs> = defineBinary({
  name: "bitwise_left_shift",
  keras: "keras.src.ops.numpy.BitwiseLeftShift",
  promote: (inputs) => boolAsInt(inputs),
  check: (dtype) => integral(dtype, "bitwise_left_shift"),
  decompose: (x, y) => leftShift(x, y),
  gradient: null,
});

/**
 * As `leftShift`.
 *
 * @param x - Any shape that broadcasts with `y`.
 * @param y - How many bits; any shape that broadcasts with `x`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @throws {DTypeError} unless both are integers or booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.bitwiseLeftShift(ops.array([3], "int32"), 2).array()); // [12]
 * ```
 */
export function bitwiseLeftShift(x: KerasTensor, y: Other): KerasTensor;
export function bitwiseLeftShift(x: Other, y: KerasTensor): KerasTensor;
export function bitwiseLeftShift(x: TensorLike, y: TensorLike): Tensor;
export function bitwiseLeftShift(x: Other, y: Other): Tensor | KerasTensor {
  return apply(bitwiseLeftShiftOp, [x, y], {})[0]!;
}

export const bitwiseRightShiftOp: OpDef<NoAttrs> = defineBinary({
  name: "bitwise_right_shift",
  keras: "keras.src.ops.numpy.BitwiseRightShift",
  promote: (inputs) => boolAsInt(inputs),
  check: (dtype) => integral(dtype, "bitwise_right_shift"),
  decompose: (x, y) => rightShift(x, y),
  gradient: null,
});

/**
 * As `rightShift`.
 *
 * @param x - Any shape that broadcasts with `y`.
 * @param y - How many bits; any shape that broadcasts with `x`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @throws {DTypeError} unless both are integers or booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.bitwiseRightShift(ops.array([-12], "int32"), 2).array()); // [-3]
 * ```
 */
export function bitwiseRightShift(x: KerasTensor, y: Other): KerasTensor;
export function bitwiseRightShift(x: Other, y: KerasTensor): KerasTensor;
export function bitwiseRightShift(x: TensorLike, y: TensorLike): Tensor;
export function bitwiseRightShift(x: Other, y: Other): Tensor | KerasTensor {
  return apply(bitwiseRightShiftOp, [x, y], {})[0]!;
}

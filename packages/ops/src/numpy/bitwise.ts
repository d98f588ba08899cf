import type { NoAttrs } from "../define/attrs.ts";
import { defineBinary } from "../define/binary.ts";
import { integral } from "../define/kinds.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const bitwiseAndOp: OpDef<NoAttrs> = defineBinary({
  name: "bitwise_and",
  keras: "keras.src.ops.numpy.BitwiseAnd",
  check: (dtype) => integral(dtype, "bitwise_and"),
  gradient: null,
});

/**
 * The bits set in both, element by element.
 *
 * @param x - Any shape that broadcasts with `y`.
 * @param y - Any shape that broadcasts with `x`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @throws {DTypeError} unless both are integers or booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.bitwiseAnd(ops.array([5], "int32"), 3).array()); // [1]
 * ```
 */
export function bitwiseAnd(x: KerasTensor, y: Other): KerasTensor;
export function bitwiseAnd(x: Other, y: KerasTensor): KerasTensor;
export function bitwiseAnd(x: TensorLike, y: TensorLike): Tensor;
export function bitwiseAnd(x: Other, y: Other): Tensor | KerasTensor {
  return apply(bitwiseAndOp, [x, y], {})[0]!;
}

export const bitwiseOrOp: OpDef<NoAttrs> = defineBinary({
  name: "bitwise_or",
  keras: "keras.src.ops.numpy.BitwiseOr",
  check: (dtype) => integral(dtype, "bitwise_or"),
  gradient: null,
});

/**
 * The bits set in either, element by element.
 *
 * @param x - Any shape that broadcasts with `y`.
 * @param y - Any shape that broadcasts with `x`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @throws {DTypeError} unless both are integers or booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.bitwiseOr(ops.array([5], "int32"), 3).array()); // [7]
 * ```
 */
export function bitwiseOr(x: KerasTensor, y: Other): KerasTensor;
export function bitwiseOr(x: Other, y: KerasTensor): KerasTensor;
export function bitwiseOr(x: TensorLike, y: TensorLike): Tensor;
export function bitwiseOr(x: Other, y: Other): Tensor | KerasTensor {
  return apply(bitwiseOrOp, [x, y], {})[0]!;
}

export const bitwiseXorOp: OpDef<NoAttrs> = defineBinary({
  name: "bitwise_xor",
  keras: "keras.src.ops.numpy.BitwiseXor",
  check: (dtype) => integral(dtype, "bitwise_xor"),
  gradient: null,
});

/**
 * The bits set in exactly one of two, element by element.
 *
 * @param x - Any shape that broadcasts with `y`.
 * @param y - Any shape that broadcasts with `x`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @throws {DTypeError} unless both are integers or booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.bitwiseXor(ops.array([5], "int32"), 3).array()); // [6]
 * ```
 */
export function bitwiseXor(x: KerasTensor, y: Other): KerasTensor;
export function bitwiseXor(x: Other, y: KerasTensor): KerasTensor;
export function bitwiseXor(x: TensorLike, y: TensorLike): Tensor;
export function bitwiseXor(x: Other, y: Other): Tensor | KerasTensor {
  return apply(bitwiseXorOp, [x, y], {})[0]!;
}

export const bitwiseNotOp: OpDef<NoAttrs> = defineUnary({
  name: "bitwise_not",
  keras: "keras.src.ops.numpy.BitwiseNot",
  promote: "keep",
  check: (dtype) => integral(dtype, "bitwise_not"),
  gradient: null,
});

/**
 * Flips every bit; of booleans it is "not".
 *
 * @param x - Any shape of integers or booleans.
 * @throws {DTypeError} unless `x` holds integers or booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.bitwiseNot(ops.array([5], "int32")).array()); // [-6]
 * ```
 */
export function bitwiseNot(x: KerasTensor): KerasTensor;
export function bitwiseNot(x: TensorLike): Tensor;
export function bitwiseNot(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(bitwiseNotOp, [x], {})[0]!;
}

export const bitwiseInvertOp: OpDef<NoAttrs> = defineUnary({
  name: "bitwise_invert",
  keras: "keras.src.ops.numpy.BitwiseInvert",
  promote: "keep",
  check: (dtype) => integral(dtype, "bitwise_invert"),
  decompose: (x) => bitwiseNot(x),
  gradient: null,
});

/**
 * As `bitwiseNot`.
 *
 * @param x - Any shape of integers or booleans.
 * @throws {DTypeError} unless `x` holds integers or booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.bitwiseInvert(ops.array([5], "int32")).array()); // [-6]
 * ```
 */
export function bitwiseInvert(x: KerasTensor): KerasTensor;
export function bitwiseInvert(x: TensorLike): Tensor;
export function bitwiseInvert(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(bitwiseInvertOp, [x], {})[0]!;
}

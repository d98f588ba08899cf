import type { NoAttrs } from "../define/attrs.ts";
import { defineBinary } from "../define/binary.ts";
import { defineUnary } from "../define/unary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const logicalAndOp: OpDef<NoAttrs> = defineBinary({
  name: "logical_and",
  keras: "keras.src.ops.numpy.LogicalAnd",
  promote: "bool",
  gradient: null,
});

/**
 * Whether both are true, element by element.
 *
 * @param x1 - Any shape that broadcasts with `x2`; numbers count as true unless they are 0.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.logicalAnd([true, true], [true, false]).array()); // [true, false]
 * ```
 */
export function logicalAnd(x1: KerasTensor, x2: Other): KerasTensor;
export function logicalAnd(x1: Other, x2: KerasTensor): KerasTensor;
export function logicalAnd(x1: TensorLike, x2: TensorLike): Tensor;
export function logicalAnd(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(logicalAndOp, [x1, x2], {})[0]!;
}

export const logicalOrOp: OpDef<NoAttrs> = defineBinary({
  name: "logical_or",
  keras: "keras.src.ops.numpy.LogicalOr",
  promote: "bool",
  gradient: null,
});

/**
 * Whether either is true, element by element.
 *
 * @param x1 - Any shape that broadcasts with `x2`; numbers count as true unless they are 0.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.logicalOr([true, false], [false, false]).array()); // [true, false]
 * ```
 */
export function logicalOr(x1: KerasTensor, x2: Other): KerasTensor;
export function logicalOr(x1: Other, x2: KerasTensor): KerasTensor;
export function logicalOr(x1: TensorLike, x2: TensorLike): Tensor;
export function logicalOr(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(logicalOrOp, [x1, x2], {})[0]!;
}

export const logicalXorOp: OpDef<NoAttrs> = defineBinary({
  name: "logical_xor",
  keras: "keras.src.ops.numpy.LogicalXor",
  promote: "bool",
  gradient: null,
});

/**
 * Whether exactly one of two is true, element by element.
 *
 * @param x1 - Any shape that broadcasts with `x2`; numbers count as true unless they are 0.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.logicalXor([true, true], [true, false]).array()); // [false, true]
 * ```
 */
export function logicalXor(x1: KerasTensor, x2: Other): KerasTensor;
export function logicalXor(x1: Other, x2: KerasTensor): KerasTensor;
export function logicalXor(x1: TensorLike, x2: TensorLike): Tensor;
export function logicalXor(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(logicalXorOp, [x1, x2], {})[0]!;
}

export const logicalNotOp: OpDef<NoAttrs> = defineUnary({
  name: "logical_not",
  keras: "keras.src.ops.numpy.LogicalNot",
  promote: "bool",
  gradient: null,
});

/**
 * Whether each element is false.
 *
 * @param x - Any shape; numbers count as true unless they are 0.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.logicalNot([true, false]).array()); // [false, true]
 * ```
 */
export function logicalNot(x: KerasTensor): KerasTensor;
export function logicalNot(x: TensorLike): Tensor;
export function logicalNot(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(logicalNotOp, [x], {})[0]!;
}

import type { NoAttrs } from "../define/attrs.ts";
import { defineBinary } from "../define/binary.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const equalOp: OpDef<NoAttrs> = defineBinary({
  name: "equal",
  keras: "keras.src.ops.numpy.Equal",
  result: "bool",
  gradient: null,
});

/**
 * Whether `x1` equals `x2`, element by element. NaN equals nothing.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.equal([1, 2], 2).array()); // [false, true]
 * ```
 */
export function equal(x1: KerasTensor, x2: Other): KerasTensor;
export function equal(x1: Other, x2: KerasTensor): KerasTensor;
export function equal(x1: TensorLike, x2: TensorLike): Tensor;
export function equal(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(equalOp, [x1, x2], {})[0]!;
}

export const notEqualOp: OpDef<NoAttrs> = defineBinary({
  name: "not_equal",
  keras: "keras.src.ops.numpy.NotEqual",
  result: "bool",
  gradient: null,
});

/**
 * Whether `x1` differs from `x2`, element by element.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.notEqual([1, 2], 2).array()); // [true, false]
 * ```
 */
export function notEqual(x1: KerasTensor, x2: Other): KerasTensor;
export function notEqual(x1: Other, x2: KerasTensor): KerasTensor;
export function notEqual(x1: TensorLike, x2: TensorLike): Tensor;
export function notEqual(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(notEqualOp, [x1, x2], {})[0]!;
}

export const greaterOp: OpDef<NoAttrs> = defineBinary({
  name: "greater",
  keras: "keras.src.ops.numpy.Greater",
  result: "bool",
  gradient: null,
});

/**
 * Whether `x1` is above `x2`, element by element.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.greater([1, 2], 1).array()); // [false, true]
 * ```
 */
export function greater(x1: KerasTensor, x2: Other): KerasTensor;
export function greater(x1: Other, x2: KerasTensor): KerasTensor;
export function greater(x1: TensorLike, x2: TensorLike): Tensor;
export function greater(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(greaterOp, [x1, x2], {})[0]!;
}

export const greaterEqualOp: OpDef<NoAttrs> = defineBinary({
  name: "greater_equal",
  keras: "keras.src.ops.numpy.GreaterEqual",
  result: "bool",
  gradient: null,
});

/**
 * Whether `x1` is at least `x2`, element by element.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.greaterEqual([1, 2], 2).array()); // [false, true]
 * ```
 */
export function greaterEqual(x1: KerasTensor, x2: Other): KerasTensor;
export function greaterEqual(x1: Other, x2: KerasTensor): KerasTensor;
export function greaterEqual(x1: TensorLike, x2: TensorLike): Tensor;
export function greaterEqual(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(greaterEqualOp, [x1, x2], {})[0]!;
}

export const lessOp: OpDef<NoAttrs> = defineBinary({
  name: "less",
  keras: "keras.src.ops.numpy.Less",
  result: "bool",
  gradient: null,
});

/**
 * Whether `x1` is below `x2`, element by element.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.less([1, 2], 2).array()); // [true, false]
 * ```
 */
export function less(x1: KerasTensor, x2: Other): KerasTensor;
export function less(x1: Other, x2: KerasTensor): KerasTensor;
export function less(x1: TensorLike, x2: TensorLike): Tensor;
export function less(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(lessOp, [x1, x2], {})[0]!;
}

export const lessEqualOp: OpDef<NoAttrs> = defineBinary({
  name: "less_equal",
  keras: "keras.src.ops.numpy.LessEqual",
  result: "bool",
  gradient: null,
});

/**
 * Whether `x1` is at most `x2`, element by element.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.lessEqual([1, 2], 1).array()); // [true, false]
 * ```
 */
export function lessEqual(x1: KerasTensor, x2: Other): KerasTensor;
export function lessEqual(x1: Other, x2: KerasTensor): KerasTensor;
export function lessEqual(x1: TensorLike, x2: TensorLike): Tensor;
export function lessEqual(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(lessEqualOp, [x1, x2], {})[0]!;
}

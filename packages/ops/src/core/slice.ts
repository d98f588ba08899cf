import { indexOperand } from "../define/index-operand.ts";
import { shaped, shapeOf } from "../define/operand.ts";
import { dim, type Dim, type Shape } from "../dim.ts";
import { resultType } from "../dtype.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply, dispatch } from "../execution/dispatch.ts";
import { sliceTensor } from "../numpy/slice.ts";
import { zerosLike } from "../numpy/zeros-like.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape } from "../shape.ts";
import { isKerasTensor } from "../symbolic/is-keras-tensor.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import { isTensor, type Tensor } from "../tensor.ts";

export const dynamicSliceOp: OpDef<{ readonly size: readonly Dim[] }> = defineOp({
  name: "dynamic_slice",
  infer: ([x], { size }) => [{ shape: size, dtype: x!.dtype }],
  vjp: ({ inputs: [x, start], grads: [g] }) => [
    dispatch(dynamicUpdateSliceOp, [zerosLike(x!), g!, start!], {})[0]!,
    null,
  ],
});

export const dynamicUpdateSliceOp: OpDef<Readonly<Record<string, never>>> = defineOp({
  name: "dynamic_update_slice",
  infer: ([x]) => [x!],
  vjp: ({ inputs: [_, update, start], grads: [g], needs }) => [
    needs(0) ? dispatch(dynamicUpdateSliceOp, [g!, zerosLike(update!), start!], {})[0]! : null,
    needs(1) ? dispatch(dynamicSliceOp, [g!, start!], { size: update!.shape })[0]! : null,
    null,
  ],
});

/** Checks that a block has a size for every axis and fits. */
function checkBlock(x: Shape, size: Shape, start: Shape, op: string): void {
  if (size.length !== x.length) {
    throw new ShapeError(
      `a block of ${formatShape(x)} has a size for each of its ${x.length} axes, got ${formatShape(size)}`,
      { op },
    );
  }
  if (start.length !== 1 || (dim.isStatic(start[0]!) && start[0] !== x.length)) {
    throw new ShapeError(
      `the start of a block in ${formatShape(x)} has ${x.length} numbers, got shape ${formatShape(start)}`,
      { op },
    );
  }
  const wrong = size.findIndex((d, i) => dim.isStatic(d) && dim.isStatic(x[i]!) && d > (x[i] as number));
  if (wrong >= 0)
    throw new ShapeError(`a block of size ${formatShape(size)} does not fit into ${formatShape(x)} (axis ${wrong})`, {
      op,
    });
}

interface BlockAttrs {
  readonly [key: string]: unknown;
  /** -1: all from the start on. */
  readonly shape: readonly Dim[];
}

/** A block whose start is an operand. */
export const sliceBlockOp: OpDef<BlockAttrs> = defineOp<BlockAttrs>({
  name: "slice_block",
  keras: "keras.src.ops.core.Slice",
  promote: ([x]) => [resultType(x!.dtype), "int32"],
  infer: ([x, start], { shape }) => {
    const sizes = shape.map((d, i): Dim => (d === -1 ? dim.symbol(`rest of axis ${i}`) : d));
    checkBlock(x!.shape, sizes, start!.shape, "slice");
    return [{ shape: sizes, dtype: x!.dtype }];
  },
  decompose: ([x, start], { shape }) => {
    if (shape.includes(-1))
      throw new ArgumentError("a size of -1 needs a start that is known, not a tensor", { op: "slice" });
    return [dispatch(dynamicSliceOp, [x!, start!], { size: shape })[0]!];
  },
  inline: true,
});

type Start = Other | readonly number[];

/** The start as numbers, when it was given as such. */
function numbersOf(start: Start): readonly number[] | null {
  return Array.isArray(start) && start.every((n) => typeof n === "number") ? start : null;
}

/**
 * A block of a tensor.
 *
 * @param inputs - Any shape and dtype.
 * @param startIndices - Where the block starts on each axis; numbers or an integer vector. It is moved so far that the block fits.
 * @param shape - Sizes of the block, one per axis; -1 (with numbers as start) takes all that is left.
 * @throws {ShapeError} when a size or start is missing, or the block is larger than the tensor.
 * @throws {ArgumentError} when a size is -1 and the start a tensor.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.slice([[1, 2, 3], [4, 5, 6]], [0, 1], [2, 2]).array()); // [[2, 3], [5, 6]]
 * ```
 */
export function slice(inputs: KerasTensor, startIndices: Start, shape: readonly Dim[]): KerasTensor;
export function slice(inputs: Other, startIndices: KerasTensor, shape: readonly Dim[]): KerasTensor;
export function slice(inputs: TensorLike, startIndices: TensorLike, shape: readonly Dim[]): Tensor;
export function slice(inputs: Other, startIndices: Start, shape: readonly Dim[]): Tensor | KerasTensor {
  const x = shaped(inputs);
  const from = shapeOf(x);
  const start = numbersOf(startIndices);
  if (!Array.isArray(shape))
    throw new ArgumentError("the sizes of a block are an array of numbers: they must be known before the values are", {
      op: "slice",
    });
  const sizes = shape.map((d, i) => (d === -1 && start && from[i] !== undefined ? dim.sub(from[i], start[i]!) : d));
  if (!isTensor(x) || !start) {
    const known = sizes.map((d, i) => (dim.isStatic(d) || shape[i] !== -1 ? d : -1));
    return apply(sliceBlockOp, [x, isKerasTensor(startIndices) ? startIndices : indexOperand(startIndices as Other)], {
      shape: known,
    })[0]!;
  }
  checkBlock(from, sizes, [start.length], "slice");
  const first = start.map((s, i) => clampStart(s, from[i]!, sizes[i]!));
  return sliceTensor(
    x,
    first,
    first.map((s, i) => dim.add(s, sizes[i]!)),
  );
}

/** A start at which the block fits. */
function clampStart(start: number, from: Dim, size: Dim): Dim {
  const room = dim.sub(from, size);
  return dim.isStatic(room) ? Math.min(Math.max(start, 0), room) : start;
}

export const sliceUpdateOp: OpDef<Readonly<Record<string, never>>> = defineOp({
  name: "slice_update",
  keras: "keras.src.ops.core.SliceUpdate",
  promote: ([x]) => [resultType(x!.dtype), "int32", resultType(x!.dtype)],
  infer: ([x, start, updates]) => {
    checkBlock(x!.shape, updates!.shape, start!.shape, "slice_update");
    return [x!];
  },
  decompose: ([x, start, updates]) => [dispatch(dynamicUpdateSliceOp, [x!, updates!, start!], {})[0]!],
  inline: true,
});

/**
 * A tensor with one block replaced.
 *
 * @param inputs - Any shape and dtype.
 * @param startIndices - Where the block starts on each axis; numbers or an integer vector. It is moved so far that the block fits.
 * @param updates - The block: as many axes as `inputs`.
 * @throws {ShapeError} when the block does not fit.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.sliceUpdate([1, 1, 1, 1], [1], [7, 8]).array()); // [1, 7, 8, 1]
 * ```
 */
export function sliceUpdate(inputs: KerasTensor, startIndices: Start, updates: Other): KerasTensor;
export function sliceUpdate(inputs: Other, startIndices: Start, updates: KerasTensor): KerasTensor;
export function sliceUpdate(inputs: TensorLike, startIndices: TensorLike, updates: TensorLike): Tensor;
export function sliceUpdate(inputs: Other, startIndices: Start, updates: Other): Tensor | KerasTensor {
  return apply(sliceUpdateOp, [inputs, indexOperand(startIndices as Other), updates], {})[0]!;
}

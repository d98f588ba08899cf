import { indexOperand } from "../define/index-operand.ts";
import { resolveOptions } from "../define/options.ts";
import { wrapIndices } from "../define/wrap-indices.ts";
import { dim, type Shape } from "../dim.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { broadcastShapes, formatShape, normalizeAxis } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { broadcastTo } from "./broadcast-to.ts";
import { expandDims } from "./expand-dims.ts";
import { gatherNd } from "./gather.ts";
import { reshape } from "./reshape.ts";
import type { TakeOptions } from "./take.ts";
import { transpose } from "./transpose.ts";

interface TakeAlongAttrs {
  readonly [key: string]: unknown;
  readonly axis: number | null;
}

export const takeAlongAxisOp: OpDef<TakeAlongAttrs> = defineOp<TakeAlongAttrs>({
  name: "take_along_axis",
  keras: "keras.src.ops.numpy.TakeAlongAxis",
  resolve: ([x], { axis }) => ({
    axis: axis === null ? null : normalizeAxis(axis, x!.shape.length, "take_along_axis"),
  }),
  infer: ([x, indices], { axis }) => {
    if (axis === null)
      return [{ shape: indices!.shape.length === 1 ? indices!.shape : [dim.product(indices!.shape)], dtype: x!.dtype }];
    if (indices!.shape.length !== x!.shape.length) {
      throw new ShapeError(
        `indices of shape ${formatShape(indices!.shape)} need as many axes as ${formatShape(x!.shape)}`,
        { op: "take_along_axis" },
      );
    }
    return [
      { shape: common(x!.shape, indices!.shape, axis).toSpliced(axis, 0, indices!.shape[axis]!), dtype: x!.dtype },
    ];
  },
  decompose: ([x, indices], { axis }) => {
    if (axis === null) {
      const flat = reshape(x!, [dim.product(x!.shape)]);
      return [takeAlongAxis(flat, reshape(indices!, [dim.product(indices!.shape)]), { axis: 0 })];
    }
    const others = common(x!.shape, indices!.shape, axis);
    // The axis behind the others, and back again.
    const toEnd = [...[...x!.shape.keys()].toSpliced(axis, 1), axis];
    const fromEnd = toEnd.map((_, i) => toEnd.indexOf(i));
    const from = broadcastTo(transpose(x!, toEnd), [...others, x!.shape[axis]!]);
    const at = broadcastTo(transpose(wrapIndices(indices!, x!.shape[axis]!), toEnd), [
      ...others,
      indices!.shape[axis]!,
    ]);
    return [transpose(gatherNd(from, expandDims(at, -1), others.length), fromEnd)];
  },
});

/** The sizes of all axes but one. */
function common(x: Shape, indices: Shape, axis: number): Shape {
  return broadcastShapes([x.toSpliced(axis, 1), indices.toSpliced(axis, 1)], "take_along_axis");
}

/**
 * Entries of a tensor at indices that differ from place to place: `out[i, j] = x[i, indices[i, j]]` along axis 1.
 *
 * @param x - Any shape and dtype.
 * @param indices - Integers, as many axes as `x`; the other axes broadcast. Negative ones count from the end.
 * @param options - `axis`, or the axis itself; default: all elements in row-major order.
 * @throws {ArgumentError} when the axis is out of range.
 * @throws {ShapeError} when the shapes do not fit.
 * @throws {DTypeError} when a tensor of indices is not of integers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.takeAlongAxis([[1, 2], [3, 4]], [[0], [1]], 1).array()); // [[1], [4]]
 * ```
 */
export function takeAlongAxis(x: KerasTensor, indices: Other, options?: TakeOptions | number): KerasTensor;
export function takeAlongAxis(x: Other, indices: KerasTensor, options?: TakeOptions | number): KerasTensor;
export function takeAlongAxis(x: TensorLike, indices: TensorLike, options?: TakeOptions | number): Tensor;
export function takeAlongAxis(x: Other, indices: Other, options?: TakeOptions | number): Tensor | KerasTensor {
  const { axis = null } = resolveOptions<TakeOptions>(options);
  return apply(takeAlongAxisOp, [x, indexOperand(indices)], { axis })[0]!;
}

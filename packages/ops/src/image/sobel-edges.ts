import { ShapeError } from "../errors.ts";
import { resultType } from "../dtype.ts";
import { apply } from "../execution/dispatch.ts";
import { dataFormatOf } from "../nn/data-format.ts";
import { stack } from "../numpy/stack.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { onBatch } from "./affine-transform.ts";
import { filterChannels } from "./gaussian-blur.ts";
import type { FormatAttrs, FormatOptions } from "./grayscale.ts";

export const sobelEdgesOp: OpDef<FormatAttrs> = defineOp<FormatAttrs>({
  name: "sobel_edges",
  keras: "keras.src.ops.image.SobelEdges",
  promote: ([x]) => [resultType(x!.dtype, "py:float")],
  infer: ([x]) => {
    if (x!.shape.length !== 4)
      throw new ShapeError(`needs a batch of images, got shape ${formatShape(x!.shape)}`, { op: "sobel_edges" });
    return [{ shape: [...x!.shape, 2], dtype: x!.dtype }];
  },
  decompose: ([x], { dataFormat }) => {
    const across = [
      [-1, 0, 1],
      [-2, 0, 2],
      [-1, 0, 1],
    ];
    const down = across.map((row, i) => row.map((_, j) => across[j]![i]!));
    const edges = [down, across].map((filter) =>
      onBatch(x!, dataFormat, (images) => filterChannels(images, filter, "same")),
    );
    return [stack(edges, { axis: -1 })];
  },
  inline: true,
});

/**
 * How brightness changes down and across images.
 *
 * Source: Sobel and Feldman, A 3x3 Isotropic Gradient Operator for Image Processing (1968).
 *
 * @param images - [batch, height, width, channels], or with channels in front.
 * @returns The same shape with a last axis of 2: change down, change across.
 * @throws {ShapeError} unless there are four axes.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.image.sobelEdges(ops.ones([1, 4, 4, 3]), { dataFormat: "channels_last" }).shape); // [1, 4, 4, 3, 2]
 * ```
 */
export function sobelEdges(images: KerasTensor, options?: FormatOptions): KerasTensor;
export function sobelEdges(images: TensorLike, options?: FormatOptions): Tensor;
export function sobelEdges(images: Other, options: FormatOptions = {}): Tensor | KerasTensor {
  return apply(sobelEdgesOp, [images], { dataFormat: dataFormatOf(options.dataFormat, "sobel_edges") })[0]!;
}

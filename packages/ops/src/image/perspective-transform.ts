import { toTensor } from "../convert.ts";
import type { Shape } from "../dim.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { solve } from "../linalg/solve.ts";
import { dataFormatOf, type DataFormat } from "../nn/data-format.ts";
import { add } from "../numpy/add.ts";
import { broadcastTo } from "../numpy/broadcast-to.ts";
import { concatenate } from "../numpy/concatenate.ts";
import { divide } from "../numpy/divide.ts";
import { getItem } from "../numpy/get-item.ts";
import { iotaTensor } from "../numpy/iota.ts";
import { multiply } from "../numpy/multiply.ts";
import { negative } from "../numpy/negative.ts";
import { onesLike } from "../numpy/ones-like.ts";
import { reshape } from "../numpy/reshape.ts";
import { sliceAxis } from "../numpy/slice.ts";
import { stack } from "../numpy/stack.ts";
import { zerosLike } from "../numpy/zeros-like.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, sameShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { floatsBeside, onBatch } from "./affine-transform.ts";
import { imageAxes } from "./image-axes.ts";
import { sampleOrder, type SampleInterpolation } from "./interpolation.ts";
import { sample } from "./sample.ts";

/** Attributes of {@link perspectiveTransformOp}. */
interface PerspectiveAttrs extends Readonly<Record<string, unknown>> {
  readonly interpolation: SampleInterpolation;
  readonly fillValue: number;
  readonly dataFormat: DataFormat;
}

export const perspectiveTransformOp: OpDef<PerspectiveAttrs> = defineOp<PerspectiveAttrs>({
  name: "perspective_transform",
  keras: "keras.src.ops.image.PerspectiveTransform",
  promote: floatsBeside,
  infer: ([x, start, end], { dataFormat }) => {
    imageAxes(x!, dataFormat, "perspective_transform");
    for (const points of [start!, end!]) {
      const rank = points.shape.length;
      if ((rank !== 2 && rank !== 3) || points.shape.at(-2) !== 4 || points.shape.at(-1) !== 2) {
        throw new ShapeError(`the corners are [4, 2], or [batch, 4, 2] for a batch; got ${formatShape(points.shape)}`, {
          op: "perspective_transform",
        });
      }
    }
    if (!sameShape(start!.shape, end!.shape)) {
      throw new ShapeError(
        `start and end points must have one shape, got ${formatShape(start!.shape)} and ${formatShape(end!.shape)}`,
        { op: "perspective_transform" },
      );
    }
    return [x!];
  },
  decompose: ([x, start, end], { interpolation, fillValue, dataFormat }) => {
    const maps = homographies(batched(toTensor(start!, "float32")), batched(toTensor(end!, "float32")));
    const result = onBatch(x!, dataFormat, (images) => {
      const [n, h, w] = images.shape as unknown as Shape;
      const rows = broadcastTo(maps, [n!, 8]);
      const parameter = (i: number): Tensor => reshape(sliceAxis(rows, 1, i, i + 1), [n!, 1, 1]);
      const [y, xs] = [iotaTensor([1, h!, 1], 1, "float32"), iotaTensor([1, 1, w!], 2, "float32")];
      const linear = (i: number): Tensor => add(multiply(xs, parameter(i)), multiply(y, parameter(i + 1)));
      const scale = add(linear(6), 1);
      const [px, py] = [divide(add(linear(0), parameter(2)), scale), divide(add(linear(3), parameter(5)), scale)];
      return sample(images, [py, px], 1, sampleOrder(interpolation, "perspective_transform"), "constant", fillValue);
    });
    return [result];
  },
  inline: true,
});

function batched(points: Tensor): Tensor {
  return points.ndim === 2 ? reshape(points, [1, 4, 2]) : points;
}

/** The maps that take the end points to the start points, [batch, 8]: from eight linear equations each. */
function homographies(start: Tensor, end: Tensor): Tensor {
  const [sx, sy] = [getItem(start, "...", 0), getItem(start, "...", 1)];
  const [ex, ey] = [getItem(end, "...", 0), getItem(end, "...", 1)];
  const [zero, one] = [zerosLike(ex), onesLike(ex)];
  const xRows = stack([ex, ey, one, zero, zero, zero, negative(multiply(sx, ex)), negative(multiply(sx, ey))], {
    axis: -1,
  });
  const yRows = stack([zero, zero, zero, ex, ey, one, negative(multiply(sy, ex)), negative(multiply(sy, ey))], {
    axis: -1,
  });
  return solve(concatenate([xRows, yRows], { axis: 1 }), concatenate([sx, sy], { axis: -1 }));
}

/** Options of {@link perspectiveTransform}. */
export interface PerspectiveTransformOptions {
  /** Default `bilinear`. */
  readonly interpolation?: SampleInterpolation | undefined;
  /** Value beyond the borders; default 0. */
  readonly fillValue?: number | undefined;
  /** Default: `config.imageDataFormat()`. */
  readonly dataFormat?: DataFormat | null | undefined;
}

/**
 * Moves images by perspective maps, given by where four points go.
 *
 * @param images - [height, width, channels] or a batch of them, or with channels in front.
 * @param startPoints - Four points (x, y) of the images, [4, 2] or [batch, 4, 2].
 * @param endPoints - Where they are in the result, of the same shape.
 * @returns The shape and dtype of `images`.
 * @throws {ShapeError} when shapes do not fit.
 * @throws {ArgumentError} on an unknown interpolation.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const corners = [[0, 0], [0, 3], [3, 0], [3, 3]];
 * const y = ops.image.perspectiveTransform(ops.ones([4, 4, 1]), corners, corners);
 * console.log(y.shape); // [4, 4, 1]
 * ```
 */
export function perspectiveTransform(
  images: KerasTensor,
  startPoints: Other,
  endPoints: Other,
  options?: PerspectiveTransformOptions,
): KerasTensor;
export function perspectiveTransform(
  images: TensorLike,
  startPoints: TensorLike,
  endPoints: TensorLike,
  options?: PerspectiveTransformOptions,
): Tensor;
export function perspectiveTransform(
  images: Other,
  startPoints: Other,
  endPoints: Other,
  options: PerspectiveTransformOptions = {},
): Tensor | KerasTensor {
  const { interpolation = "bilinear", fillValue = 0 } = options;
  sampleOrder(interpolation, "perspective_transform");
  const dataFormat = dataFormatOf(options.dataFormat, "perspective_transform");
  return apply(perspectiveTransformOp, [images, startPoints, endPoints], { interpolation, fillValue, dataFormat })[0]!;
}

import { resultType, type DType } from "../dtype.ts";
import type { Shape } from "../dim.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { dataFormatOf, type DataFormat } from "../nn/data-format.ts";
import { add } from "../numpy/add.ts";
import { broadcastTo } from "../numpy/broadcast-to.ts";
import { iotaTensor } from "../numpy/iota.ts";
import { multiply } from "../numpy/multiply.ts";
import { reshape } from "../numpy/reshape.ts";
import { sliceAxis } from "../numpy/slice.ts";
import { transpose } from "../numpy/transpose.ts";
import { defineOp, type OpDef, type OperandSpec } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { broadcastShapes, formatShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { imageAxes } from "./image-axes.ts";
import { checkFillMode, sampleOrder, type SampleInterpolation } from "./interpolation.ts";
import { sample, type FillMode } from "./sample.ts";

/** Attributes of {@link affineTransformOp}. */
interface AffineAttrs extends Readonly<Record<string, unknown>> {
  readonly interpolation: SampleInterpolation;
  readonly fillMode: FillMode;
  readonly fillValue: number;
  readonly dataFormat: DataFormat;
}

/** Images keep their dtype, the others become floats. @internal */
export function floatsBeside(inputs: readonly OperandSpec[]): readonly DType[] {
  return inputs.map((x, i) => (i === 0 ? resultType(x.dtype) : resultType(x.dtype, "py:float")));
}

/**
 * Runs `fn` on a batch of images with channels last, and puts the result back into the layout of x.
 *
 * @internal
 */
export function onBatch(x: Tensor, format: DataFormat, fn: (images: Tensor) => Tensor): Tensor {
  const shape: Shape = x.shape;
  const batched = shape.length === 3 ? reshape(x, [1, ...shape]) : x;
  const images = format === "channels_last" ? batched : transpose(batched, [0, 2, 3, 1]);
  const result = fn(images);
  const back = format === "channels_last" ? result : transpose(result, [0, 3, 1, 2]);
  return shape.length === 3 ? reshape(back, back.shape.slice(1)) : back;
}

export const affineTransformOp: OpDef<AffineAttrs> = defineOp<AffineAttrs>({
  name: "affine_transform",
  keras: "keras.src.ops.image.AffineTransform",
  promote: floatsBeside,
  infer: ([x, transform], { dataFormat }) => {
    imageAxes(x!, dataFormat, "affine_transform");
    const rank = transform!.shape.length;
    if ((rank !== 1 && rank !== 2) || transform!.shape.at(-1) !== 8) {
      throw new ShapeError(`a transform is [8], or [batch, 8] for a batch; got ${formatShape(transform!.shape)}`, {
        op: "affine_transform",
      });
    }
    const batch = x!.shape.length === 4 ? x!.shape[0]! : 1;
    if (rank === 2) broadcastShapes([[batch], [transform!.shape[0]!]], "affine_transform");
    return [x!];
  },
  decompose: ([x, transform], { interpolation, fillMode, fillValue, dataFormat }) => {
    const result = onBatch(x!, dataFormat, (images) => {
      const [n, h, w] = images.shape as unknown as Shape;
      const dtype = transform!.dtype;
      const rows = broadcastTo(reshape(transform!, transform!.ndim === 1 ? [1, 8] : transform!.shape), [n!, 8]);
      const parameter = (i: number): Tensor => reshape(sliceAxis(rows, 1, i, i + 1), [n!, 1, 1]);
      const [y, xs] = [iotaTensor([1, h!, 1], 1, dtype), iotaTensor([1, 1, w!], 2, dtype)];
      const map = (a: number): Tensor =>
        add(add(multiply(xs, parameter(a)), multiply(y, parameter(a + 1))), parameter(a + 2));
      return sample(images, [map(3), map(0)], 1, sampleOrder(interpolation, "affine_transform"), fillMode, fillValue);
    });
    return [result];
  },
  inline: true,
});

/** Options of {@link affineTransform}. */
export interface AffineTransformOptions {
  /** Default `bilinear`. */
  readonly interpolation?: SampleInterpolation | undefined;
  /** What lies beyond the borders; default `constant`. */
  readonly fillMode?: FillMode | undefined;
  /** Value beyond the borders for `constant`; default 0. */
  readonly fillValue?: number | undefined;
  /** Default: `config.imageDataFormat()`. */
  readonly dataFormat?: DataFormat | null | undefined;
}

/**
 * Moves images by affine maps. The output pixel (x, y) is taken from the input at (a0 x + a1 y + a2, b0 x + b1 y + b2).
 *
 * @param images - [height, width, channels] or a batch of them, or with channels in front.
 * @param transform - [a0, a1, a2, b0, b1, b2, c0, c1] for all images, or [batch, 8]. c0 and c1, the projective part, do not count.
 * @returns The shape and dtype of `images`.
 * @throws {ShapeError} when ranks do not fit.
 * @throws {ArgumentError} on an unknown interpolation or fill mode.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const x = ops.reshape(ops.array([1, 2, 3]), [1, 3, 1]);
 * const y = ops.image.affineTransform(x, [1, 0, 1, 0, 1, 0, 0, 0], { dataFormat: "channels_last" });
 * console.log(await ops.ravel(y).array()); // [2, 3, 0]
 * ```
 */
export function affineTransform(images: KerasTensor, transform: Other, options?: AffineTransformOptions): KerasTensor;
export function affineTransform(images: Other, transform: KerasTensor, options?: AffineTransformOptions): KerasTensor;
export function affineTransform(images: TensorLike, transform: TensorLike, options?: AffineTransformOptions): Tensor;
export function affineTransform(
  images: Other,
  transform: Other,
  options: AffineTransformOptions = {},
): Tensor | KerasTensor {
  const { interpolation = "bilinear", fillMode = "constant", fillValue = 0 } = options;
  sampleOrder(interpolation, "affine_transform");
  checkFillMode(fillMode, "affine_transform");
  const dataFormat = dataFormatOf(options.dataFormat, "affine_transform");
  return apply(affineTransformOp, [images, transform], { interpolation, fillMode, fillValue, dataFormat })[0]!;
}

import { asDType } from "../define/as-dtype.ts";
import { toTensor } from "../convert.ts";
import type { Shape } from "../dim.ts";
import { ArgumentError } from "../errors.ts";
import { apply, dispatch } from "../execution/dispatch.ts";
import { dataFormatOf, type DataFormat } from "../nn/data-format.ts";
import { add } from "../numpy/add.ts";
import { iotaTensor } from "../numpy/iota.ts";
import { multiply } from "../numpy/multiply.ts";
import { reshape } from "../numpy/reshape.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { randomNormalOp } from "../random/normal.ts";
import { checkKey } from "../random/random-bits.ts";
import { drawSeed, type Seed } from "../random/seed.ts";
import { sampleDType } from "../random/unit-interval.ts";
import { floatResult } from "../dtype.ts";
import { isKerasTensor, type KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { onBatch } from "./affine-transform.ts";
import { bellCurve, filterChannels, product } from "./gaussian-blur.ts";
import { imageAxes } from "./image-axes.ts";
import { checkFillMode, sampleOrder, type SampleInterpolation } from "./interpolation.ts";
import { sample, type FillMode } from "./sample.ts";

/** Attributes of {@link elasticTransformOp}. */
interface ElasticAttrs extends Readonly<Record<string, unknown>> {
  readonly alpha: number;
  readonly sigma: number;
  readonly interpolation: SampleInterpolation;
  readonly fillMode: FillMode;
  readonly fillValue: number;
  readonly dataFormat: DataFormat;
}

/** (images, key) → images moved by smooth random displacements. */
export const elasticTransformOp: OpDef<ElasticAttrs> = defineOp<ElasticAttrs>({
  name: "elastic_transform",
  keras: "keras.src.ops.image.ElasticTransform",
  infer: ([x, key], { dataFormat }) => {
    checkKey(key!, "elastic_transform");
    imageAxes(x!, dataFormat, "elastic_transform");
    return [x!];
  },
  decompose: ([x, key], { alpha, sigma, interpolation, fillMode, fillValue, dataFormat }) => {
    const result = onBatch(x!, dataFormat, (images) => {
      const [n, h, w] = images.shape as unknown as Shape;
      const dtype = sampleDType(floatResult(images.dtype), "elastic_transform");
      // As in Keras both directions are drawn with one key: the displacement is the same across and down.
      const [noise] = dispatch(randomNormalOp, [key!], { shape: [n!, h!, w!], dtype });
      const curve = bellCurve(Math.trunc(6 * sigma) | 1, sigma);
      const smooth = filterChannels(reshape(multiply(noise!, sigma), [n!, h!, w!, 1]), product(curve, curve), "same");
      const shift = multiply(reshape(smooth, [n!, h!, w!]), alpha);
      const [y, xs] = [iotaTensor([1, h!, 1], 1, dtype), iotaTensor([1, 1, w!], 2, dtype)];
      return sample(
        images,
        [add(y, shift), add(xs, shift)],
        1,
        sampleOrder(interpolation, "elastic_transform"),
        fillMode,
        fillValue,
      );
    });
    return [asDType(result, x!.dtype)];
  },
  inline: true,
});

/** Options of {@link elasticTransform}. */
export interface ElasticTransformOptions {
  /** Size of the displacements, in pixels; default 20. */
  readonly alpha?: number | undefined;
  /** How smooth they are: a standard deviation in pixels; default 5. */
  readonly sigma?: number | undefined;
  /** Default `bilinear`. */
  readonly interpolation?: SampleInterpolation | undefined;
  /** What lies beyond the borders; default `reflect`. */
  readonly fillMode?: FillMode | undefined;
  /** Value beyond the borders for `constant`; default 0. */
  readonly fillValue?: number | undefined;
  readonly seed?: Seed | undefined;
  /** Default: `config.imageDataFormat()`. */
  readonly dataFormat?: DataFormat | null | undefined;
}

/**
 * Distorts images by smooth random displacements.
 *
 * Source: Simard et al., Best Practices for Convolutional Neural Networks Applied to Visual Document Analysis (2003).
 *
 * @param images - [height, width, channels] or a batch of them, or with channels in front.
 * @returns The shape and dtype of `images`. In a Functional graph the displacements are those drawn when the graph is made.
 * @throws {ShapeError} on another rank.
 * @throws {ArgumentError} on an unknown interpolation or fill mode, or a spread that is not positive.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.image.elasticTransform(ops.ones([8, 8, 1]), { seed: 1, dataFormat: "channels_last" }).shape); // [8, 8, 1]
 * ```
 */
export function elasticTransform(images: KerasTensor, options?: ElasticTransformOptions): KerasTensor;
export function elasticTransform(images: TensorLike, options?: ElasticTransformOptions): Tensor;
export function elasticTransform(images: Other, options: ElasticTransformOptions = {}): Tensor | KerasTensor {
  const { alpha = 20, sigma = 5, interpolation = "bilinear", fillMode = "reflect", fillValue = 0 } = options;
  sampleOrder(interpolation, "elastic_transform");
  checkFillMode(fillMode, "elastic_transform");
  if (!(sigma > 0))
    throw new ArgumentError(`sigma must be positive, got ${String(sigma)}`, { op: "elastic_transform" });
  const dataFormat = dataFormatOf(options.dataFormat, "elastic_transform");
  const x = isKerasTensor(images) ? images : toTensor(images);
  return apply(elasticTransformOp, [x, drawSeed(options.seed)], {
    alpha,
    sigma,
    interpolation,
    fillMode,
    fillValue,
    dataFormat,
  })[0]!;
}

import { toTensor } from "../convert.ts";
import type { DType } from "../dtype.ts";
import { ArgumentError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { dataFormatOf, type DataFormat } from "../nn/data-format.ts";
import { depthwiseConv } from "../nn/depthwise-conv.ts";
import { broadcastTo } from "../numpy/broadcast-to.ts";
import { reshape } from "../numpy/reshape.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { resultType } from "../dtype.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { onBatch } from "./affine-transform.ts";
import { imageAxes } from "./image-axes.ts";

/** Attributes of {@link gaussianBlurOp}. */
interface BlurAttrs extends Readonly<Record<string, unknown>> {
  readonly kernelSize: readonly number[];
  readonly sigma: readonly number[];
  readonly dataFormat: DataFormat;
}

/** A bell curve over `size` elements that sums to 1. @internal */
export function bellCurve(size: number, sigma: number): number[] {
  const raw = Array.from({ length: size }, (_, i) => Math.exp(-0.5 * ((i - (size - 1) / 2) / sigma) ** 2));
  const total = raw.reduce((a, b) => a + b, 0);
  return raw.map((w) => w / total);
}

/** A filter [rows, columns] for each channel by itself, over images [n, h, w, c]. @internal */
export function filterChannels(
  images: Tensor,
  filter: readonly (readonly number[])[],
  padding: "same" | "valid",
): Tensor {
  const [rows, columns] = [filter.length, filter[0]!.length];
  const channels = images.shape[3]!;
  const dtype: DType = images.dtype;
  const kernel = broadcastTo(reshape(toTensor(filter.flat(), dtype), [rows, columns, 1, 1]), [
    rows,
    columns,
    channels,
    1,
  ]);
  return depthwiseConv(images, kernel, { padding, dataFormat: "channels_last" });
}

/** Product of two curves: down and across. @internal */
export function product(down: readonly number[], across: readonly number[]): number[][] {
  return down.map((a) => across.map((b) => a * b));
}

export const gaussianBlurOp: OpDef<BlurAttrs> = defineOp<BlurAttrs>({
  name: "gaussian_blur",
  keras: "keras.src.ops.image.GaussianBlur",
  promote: ([x]) => [resultType(x!.dtype, "py:float")],
  infer: ([x], { dataFormat }) => {
    imageAxes(x!, dataFormat, "gaussian_blur");
    return [x!];
  },
  decompose: ([x], { kernelSize, sigma, dataFormat }) => {
    // As in Keras the first size and spread are those across, the second those down.
    const filter = product(bellCurve(kernelSize[1]!, sigma[1]!), bellCurve(kernelSize[0]!, sigma[0]!));
    return [onBatch(x!, dataFormat, (images) => filterChannels(images, filter, "same"))];
  },
  inline: true,
});

/** Options of {@link gaussianBlur}. */
export interface GaussianBlurOptions {
  /** Width and height of the filter; default [3, 3]. */
  readonly kernelSize?: readonly number[] | undefined;
  /** Standard deviations across and down, in pixels; default [1, 1]. */
  readonly sigma?: readonly number[] | undefined;
  /** Default: `config.imageDataFormat()`. */
  readonly dataFormat?: DataFormat | null | undefined;
}

/**
 * Blurs images with a bell-shaped filter. Beyond the borders lies 0.
 *
 * @param images - [height, width, channels] or a batch of them, or with channels in front.
 * @returns The same shape.
 * @throws {ShapeError} on another rank.
 * @throws {ArgumentError} unless sizes and spreads are two positive numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.image.gaussianBlur(ops.ones([4, 4, 3]), { dataFormat: "channels_last" }).shape); // [4, 4, 3]
 * ```
 */
export function gaussianBlur(images: KerasTensor, options?: GaussianBlurOptions): KerasTensor;
export function gaussianBlur(images: TensorLike, options?: GaussianBlurOptions): Tensor;
export function gaussianBlur(images: Other, options: GaussianBlurOptions = {}): Tensor | KerasTensor {
  const { kernelSize = [3, 3], sigma = [1, 1] } = options;
  if (kernelSize.length !== 2 || kernelSize.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new ArgumentError(`the kernel size is two positive whole numbers, got ${JSON.stringify(kernelSize)}`, {
      op: "gaussian_blur",
    });
  }
  if (sigma.length !== 2 || sigma.some((s) => !(s > 0)))
    throw new ArgumentError(`sigma is two positive numbers, got ${JSON.stringify(sigma)}`, { op: "gaussian_blur" });
  return apply(gaussianBlurOp, [images], {
    kernelSize,
    sigma,
    dataFormat: dataFormatOf(options.dataFormat, "gaussian_blur"),
  })[0]!;
}

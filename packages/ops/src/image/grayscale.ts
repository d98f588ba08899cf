import { identityOp } from "../numpy/copy.ts";
import { asDType } from "../define/as-dtype.ts";
import { dim } from "../dim.ts";
import { floatResult, type DType } from "../dtype.ts";
import { toTensor } from "../convert.ts";
import { ShapeError } from "../errors.ts";
import { apply, dispatch } from "../execution/dispatch.ts";
import { dataFormatOf, type DataFormat } from "../nn/data-format.ts";
import { multiply } from "../numpy/multiply.ts";
import { reshape } from "../numpy/reshape.ts";
import { sum } from "../numpy/sum.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { imageAxes } from "./image-axes.ts";

/** Attributes of ops that need the layout alone. @internal */
export interface FormatAttrs extends Readonly<Record<string, unknown>> {
  readonly dataFormat: DataFormat;
}

/** Options of ops that need the layout alone. */
export interface FormatOptions {
  /** Default: `config.imageDataFormat()`. */
  readonly dataFormat?: DataFormat | null | undefined;
}

export const rgbToGrayscaleOp: OpDef<FormatAttrs> = defineOp<FormatAttrs>({
  name: "rgb_to_grayscale",
  keras: "keras.src.ops.image.RGBToGrayscale",
  infer: ([x], { dataFormat }) => {
    const { channel } = imageAxes(x!, dataFormat, "rgb_to_grayscale");
    const channels = x!.shape[channel]!;
    if (dim.isStatic(channels) && channels !== 1 && channels !== 3) {
      throw new ShapeError(`needs 3 channels, or 1, got ${channels} (${formatShape(x!.shape)}, ${dataFormat})`, {
        op: "rgb_to_grayscale",
      });
    }
    return [{ shape: x!.shape.with(channel, 1), dtype: x!.dtype }];
  },
  decompose: ([x], { dataFormat }) => {
    const { channel } = imageAxes(x!, dataFormat, "rgb_to_grayscale");
    if (x!.shape[channel] === 1) return dispatch(identityOp, [x!], {});
    const dtype: DType = floatResult(x!.dtype);
    const weights = reshape(
      toTensor([0.2989, 0.587, 0.114], dtype),
      x!.shape.map((_, i) => (i === channel ? 3 : 1)),
    );
    return [asDType(sum(multiply(asDType(x!, dtype), weights), { axis: channel, keepdims: true }), x!.dtype)];
  },
  inline: true,
});

/**
 * Colors as shades of gray: 0.2989 red + 0.587 green + 0.114 blue.
 *
 * @param images - [height, width, channels] or a batch of them, or with channels in front; of one channel they stay as they are.
 * @returns The same with one channel.
 * @throws {ShapeError} unless there are 1 or 3 channels.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.image.rgbToGrayscale(ops.ones([4, 4, 3]), { dataFormat: "channels_last" }).shape); // [4, 4, 1]
 * ```
 */
export function rgbToGrayscale(images: KerasTensor, options?: FormatOptions): KerasTensor;
export function rgbToGrayscale(images: TensorLike, options?: FormatOptions): Tensor;
export function rgbToGrayscale(images: Other, options: FormatOptions = {}): Tensor | KerasTensor {
  return apply(rgbToGrayscaleOp, [images], { dataFormat: dataFormatOf(options.dataFormat, "rgb_to_grayscale") })[0]!;
}

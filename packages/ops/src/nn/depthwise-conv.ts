import { dim, type Dim } from "../dim.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { reshape } from "../numpy/reshape.ts";
import { transpose } from "../numpy/transpose.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, type Spec } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { convShape, resolveConv, type ConvAttrs, type ConvOptions, type GivenConv } from "./conv-attrs.ts";
import { channelsFirstShape, channelsLastSpec, likeKernel } from "./conv.ts";
import { convolve } from "./conv-gradient.ts";
import { channelAxis, dataFormatOf, toChannelsFirst, toChannelsLast, type DataFormat } from "./data-format.ts";

/** Arguments per axis, and the layout. */
interface DepthwiseAttrs extends ConvAttrs {
  readonly dataFormat: DataFormat;
}

/**
 * @throws {ShapeError} unless the input has the kernel's channels.
 * @internal
 */
export function checkChannels(x: Spec, expected: Dim, format: DataFormat, op: string): number {
  const channels = x.shape[channelAxis(format, x.shape.length)];
  // An unknown number of channels is taken for the one that the kernel names.
  if (channels !== undefined && !dim.isStatic(channels)) return expected as number;
  if (channels === undefined || !dim.equal(channels, expected)) {
    throw new ShapeError(
      `the input ${formatShape(x.shape)} (${format}) must have the ${String(expected)} channels that the kernel takes`,
      { op },
    );
  }
  return channels;
}

/** [...spatial, channels, multiplier] → the kernel of a convolution in groups of one channel. */
function groupedShape(kernel: readonly Dim[]): readonly number[] {
  const [channels, multiplier] = kernel.slice(-2) as [number, number];
  return [...(kernel.slice(0, -2) as number[]), 1, channels * multiplier];
}

export const depthwiseConvOp: OpDef<DepthwiseAttrs, GivenConv> = defineOp<DepthwiseAttrs, GivenConv>({
  name: "depthwise_conv",
  keras: "keras.src.ops.nn.DepthwiseConv",
  promote: likeKernel,
  resolve: ([x, kernel], given) => {
    const groups =
      kernel!.shape.length < 2 ? 0 : checkChannels(x!, kernel!.shape.at(-2)!, given.dataFormat, "depthwise_conv");
    return { ...resolveConv(x!, kernel!, given, groups, "depthwise_conv"), dataFormat: given.dataFormat };
  },
  infer: ([x, kernel], attrs) => {
    const last = attrs.dataFormat === "channels_last";
    const shape = convShape(last ? x!.shape : channelsLastSpec(x!).shape, groupedShape(kernel!.shape), attrs);
    return [{ shape: last ? shape : channelsFirstShape(shape), dtype: kernel!.dtype }];
  },
  decompose: ([x, kernel], attrs) => {
    const grouped = reshape(kernel!, groupedShape(kernel!.shape));
    if (attrs.dataFormat === "channels_last") return [convolve(x!, grouped, attrs)];
    return [transpose(convolve(transpose(x!, toChannelsLast(x!.ndim)), grouped, attrs), toChannelsFirst(x!.ndim))];
  },
  inline: true,
});

/**
 * Convolution of every channel by itself.
 *
 * @param inputs - [batch, ...spatial, channels], or [batch, channels, ...spatial] with `dataFormat: "channels_first"`.
 * @param kernel - [...spatial, channels, multiplier]: that many filters for each channel.
 * @returns [batch, ...spatial, channels · multiplier], in the layout of `inputs`.
 * @throws {ShapeError} when ranks or channels do not fit, or the result would be empty.
 * @throws {ArgumentError} when an option has a wrong length or value.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const y = ops.depthwiseConv(ops.ones([1, 5, 5, 3]), ops.ones([3, 3, 3, 2]));
 * console.log(y.shape); // [1, 3, 3, 6]
 * ```
 */
export function depthwiseConv(inputs: KerasTensor, kernel: Other, options?: ConvOptions): KerasTensor;
export function depthwiseConv(inputs: Other, kernel: KerasTensor, options?: ConvOptions): KerasTensor;
export function depthwiseConv(inputs: TensorLike, kernel: TensorLike, options?: ConvOptions): Tensor;
export function depthwiseConv(inputs: Other, kernel: Other, options: ConvOptions = {}): Tensor | KerasTensor {
  const dataFormat = dataFormatOf(options.dataFormat, "depthwise_conv");
  const { strides = 1, padding = "valid", dilationRate = 1 } = options;
  return apply(depthwiseConvOp, [inputs, kernel], { strides, padding, dataFormat, dilationRate })[0]!;
}

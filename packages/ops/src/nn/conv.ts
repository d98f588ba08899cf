import type { Dim } from "../dim.ts";
import type { DType } from "../dtype.ts";
import { resultType } from "../dtype.ts";
import { apply } from "../execution/dispatch.ts";
import { transpose } from "../numpy/transpose.ts";
import { defineOp, type OpDef, type OperandSpec } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { Spec } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import {
  convShape,
  groupsOf,
  imageShape,
  resolveConv,
  spatialSizes,
  type ConvAttrs,
  type ConvOptions,
  type GivenConv,
} from "./conv-attrs.ts";
import { convInputGrad, convKernelGrad, convolve } from "./conv-gradient.ts";
import { dataFormatOf, toChannelsFirst, toChannelsLast } from "./data-format.ts";

/** The input takes the kernel's dtype. @internal */
export function likeKernel(inputs: readonly OperandSpec[]): readonly DType[] {
  const dtype = resultType(inputs[1]!.dtype);
  return inputs.map(() => dtype);
}

/** The primitive, with channels last. */
export const convOp: OpDef<ConvAttrs, GivenConv> = defineOp<ConvAttrs, GivenConv>({
  name: "conv",
  keras: "keras.src.ops.nn.Conv",
  promote: likeKernel,
  resolve: ([x, kernel], given) =>
    resolveConv(x!, kernel!, given, groupsOf(x!, kernel!, "channels_last", "conv"), "conv"),
  infer: ([x, kernel], attrs) => [{ shape: convShape(x!.shape, kernel!.shape, attrs), dtype: kernel!.dtype }],
  vjp: ({ inputs: [x, kernel], attrs, grads: [g], needs }) => [
    needs(0) ? convInputGrad(g!, kernel!, attrs, x!.shape) : null,
    needs(1) ? convKernelGrad(x!, g!, attrs, kernel!.shape) : null,
  ],
});

/** A spec with its channels moved last. @internal */
export function channelsLastSpec(x: Spec): Spec {
  return { shape: toChannelsLast(x.shape.length).map((i) => x.shape[i]!), dtype: x.dtype };
}

/** A channels-last shape with its channels moved in front. @internal */
export function channelsFirstShape(shape: readonly Dim[]): readonly Dim[] {
  return imageShape(shape[0]!, spatialSizes(shape, "channels_last"), shape.at(-1)!, "channels_first");
}

/** The same with channels in front, as a composite: what knows this layout may take it whole. */
export const convChannelsFirstOp: OpDef<ConvAttrs, GivenConv> = defineOp<ConvAttrs, GivenConv>({
  name: "conv_channels_first",
  keras: "keras.src.ops.nn.Conv",
  ownsConfig: ({ dataFormat }) => dataFormat === "channels_first",
  promote: likeKernel,
  resolve: ([x, kernel], given) =>
    resolveConv(x!, kernel!, given, groupsOf(x!, kernel!, "channels_first", "conv"), "conv"),
  infer: ([x, kernel], attrs) => [
    { shape: channelsFirstShape(convShape(channelsLastSpec(x!).shape, kernel!.shape, attrs)), dtype: kernel!.dtype },
  ],
  decompose: ([x, kernel], attrs) => {
    const rank = x!.ndim;
    const y = convolve(transpose(x!, toChannelsLast(rank)), kernel!, attrs);
    return [transpose(y, toChannelsFirst(rank))];
  },
  inline: true,
});

/**
 * Convolution over 1, 2 or 3 spatial axes (cross-correlation: the kernel is not flipped).
 *
 * @param inputs - [batch, ...spatial, channels], or [batch, channels, ...spatial] with `dataFormat: "channels_first"`. It is cast to
 *   the kernel's dtype.
 * @param kernel - [...spatial, channels / groups, filters]: where it takes fewer channels than there are, channels and filters are
 *   convolved in groups.
 * @returns [batch, ...spatial, filters], in the layout of `inputs`.
 * @throws {ShapeError} when ranks or channels do not fit, or the result would be empty.
 * @throws {ArgumentError} when an option has a wrong length or value.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const y = ops.conv(ops.ones([1, 5, 5, 3]), ops.ones([3, 3, 3, 8]), { padding: "same" });
 * console.log(y.shape); // [1, 5, 5, 8]
 * ```
 */
export function conv(inputs: KerasTensor, kernel: Other, options?: ConvOptions): KerasTensor;
export function conv(inputs: Other, kernel: KerasTensor, options?: ConvOptions): KerasTensor;
export function conv(inputs: TensorLike, kernel: TensorLike, options?: ConvOptions): Tensor;
export function conv(inputs: Other, kernel: Other, options: ConvOptions = {}): Tensor | KerasTensor {
  const dataFormat = dataFormatOf(options.dataFormat, "conv");
  const { strides = 1, padding = "valid", dilationRate = 1 } = options;
  const op = dataFormat === "channels_last" ? convOp : convChannelsFirstOp;
  return apply(op, [inputs, kernel], { strides, padding, dataFormat, dilationRate })[0]!;
}

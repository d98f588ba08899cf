import { resultType } from "../dtype.ts";
import { apply } from "../execution/dispatch.ts";
import { ShapeError } from "../errors.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import type { ConvOptions, GivenConv } from "./conv-attrs.ts";
import { conv } from "./conv.ts";
import { channelAxis, dataFormatOf } from "./data-format.ts";
import { depthwiseConv, depthwiseConvOp } from "./depthwise-conv.ts";

export const separableConvOp: OpDef<GivenConv> = defineOp<GivenConv>({
  name: "separable_conv",
  keras: "keras.src.ops.nn.SeparableConv",
  promote: ([, depthwise, pointwise]) => {
    const first = resultType(depthwise!.dtype);
    return [first, first, resultType(pointwise!.dtype)];
  },
  infer: ([x, depthwise, pointwise], given) => {
    const [middle] = depthwiseConvOp.infer([x!, depthwise!], depthwiseConvOp.resolve!([x!, depthwise!], given));
    const at = channelAxis(given.dataFormat, middle!.shape.length);
    const [taken, filters] = pointwise!.shape.slice(-2);
    if (
      pointwise!.shape.length !== x!.shape.length ||
      pointwise!.shape.slice(0, -2).some((d) => d !== 1) ||
      taken !== middle!.shape[at]
    ) {
      throw new ShapeError(
        `the pointwise kernel ${formatShape(pointwise!.shape)} must take the ${String(middle!.shape[at])} channels of the depthwise result, in windows of 1`,
        {
          op: "separable_conv",
        },
      );
    }
    return [{ shape: middle!.shape.with(at, filters!), dtype: pointwise!.dtype }];
  },
  decompose: ([x, depthwise, pointwise], given) => {
    const middle = depthwiseConv(x!, depthwise!, given);
    return [conv(middle, pointwise!, { dataFormat: given.dataFormat })];
  },
  inline: true,
});

/**
 * A depthwise convolution followed by one of window 1 that mixes the channels.
 *
 * @param inputs - [batch, ...spatial, channels], or [batch, channels, ...spatial] with `dataFormat: "channels_first"`.
 * @param depthwiseKernel - [...spatial, channels, multiplier].
 * @param pointwiseKernel - [1, …, 1, channels · multiplier, filters].
 * @returns [batch, ...spatial, filters], in the layout of `inputs`.
 * @throws {ShapeError} when ranks or channels do not fit, or the result would be empty.
 * @throws {ArgumentError} when an option has a wrong length or value.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const y = ops.separableConv(ops.ones([1, 5, 5, 3]), ops.ones([3, 3, 3, 2]), ops.ones([1, 1, 6, 4]));
 * console.log(y.shape); // [1, 3, 3, 4]
 * ```
 */
export function separableConv(
  inputs: KerasTensor,
  depthwiseKernel: Other,
  pointwiseKernel: Other,
  options?: ConvOptions,
): KerasTensor;
export function separableConv(
  inputs: TensorLike,
  depthwiseKernel: TensorLike,
  pointwiseKernel: TensorLike,
  options?: ConvOptions,
): Tensor;
export function separableConv(
  inputs: Other,
  depthwiseKernel: Other,
  pointwiseKernel: Other,
  options: ConvOptions = {},
): Tensor | KerasTensor {
  const dataFormat = dataFormatOf(options.dataFormat, "separable_conv");
  const { strides = 1, padding = "valid", dilationRate = 1 } = options;
  return apply(separableConvOp, [inputs, depthwiseKernel, pointwiseKernel], {
    strides,
    padding,
    dataFormat,
    dilationRate,
  })[0]!;
}

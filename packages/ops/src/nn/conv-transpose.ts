import { dim, type Dim } from "../dim.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { resultType } from "../dtype.ts";
import { apply } from "../execution/dispatch.ts";
import { padTensor } from "../numpy/pad-primitive.ts";
import { transpose } from "../numpy/transpose.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { imageShape, kernelExtents, spatialSizes } from "./conv-attrs.ts";
import { convInputGrad } from "./conv-gradient.ts";
import { dataFormatOf, toChannelsFirst, toChannelsLast, type DataFormat } from "./data-format.ts";
import { checkChannels } from "./depthwise-conv.ts";
import { paddingOf, perAxis, spatialAxes, type Padding } from "./window.ts";

/** Arguments as given, all filled in. */
interface GivenConvTranspose extends Readonly<Record<string, unknown>> {
  readonly strides: number | readonly number[];
  readonly padding: Padding;
  readonly outputPadding: number | readonly number[] | null;
  readonly dataFormat: DataFormat;
  readonly dilationRate: number | readonly number[];
}

/** Arguments per spatial axis. */
interface ConvTransposeAttrs extends Readonly<Record<string, unknown>> {
  readonly strides: readonly number[];
  readonly kernelDilation: readonly number[];
  /** Elements cut from both ends of the full result; a negative end is zeros added. */
  readonly crop: readonly (readonly [number, number])[];
  readonly dataFormat: DataFormat;
}

/** What is cut from the full result, which has (size - 1) · stride + extent elements. */
function cropAxis(
  extent: number,
  stride: number,
  padding: Padding,
  outputPadding: number | null,
): readonly [number, number] {
  if (padding === "valid") return [0, -(outputPadding ?? Math.max(extent, stride) - extent)];
  const kept = outputPadding === null ? stride + extent - 2 : extent + (extent % 2) - 2 + outputPadding;
  const low = Math.min(Math.ceil(kept / 2), extent - 1);
  return [extent - 1 - low, extent - 1 - (kept - low)];
}

export const convTransposeOp: OpDef<ConvTransposeAttrs, GivenConvTranspose> = defineOp<
  ConvTransposeAttrs,
  GivenConvTranspose
>({
  name: "conv_transpose",
  keras: "keras.src.ops.nn.ConvTranspose",
  promote: (inputs) => {
    const dtype = resultType(...inputs.map((x) => x.dtype));
    return inputs.map(() => dtype);
  },
  resolve: ([x, kernel], { strides, padding, outputPadding, dataFormat, dilationRate }) => {
    const axes = spatialAxes(x!.shape, "conv_transpose");
    if (kernel!.shape.length !== x!.shape.length) {
      throw new ShapeError(
        `the kernel ${formatShape(kernel!.shape)} must have as many axes as the input ${formatShape(x!.shape)}`,
        { op: "conv_transpose" },
      );
    }
    checkChannels(x!, kernel!.shape.at(-1)!, dataFormat, "conv_transpose");
    const steps = perAxis(strides, axes, "strides", "conv_transpose");
    const kernelDilation = perAxis(dilationRate, axes, "dilation rate", "conv_transpose");
    const kind = paddingOf(padding, ["valid", "same"], "conv_transpose");
    const extra = typeof outputPadding === "number" ? steps.map(() => outputPadding) : outputPadding;
    if (extra !== null && (extra.length !== axes || extra.some((n) => !Number.isInteger(n) || n < 0))) {
      throw new ArgumentError(
        `output padding must be a whole number or ${axes} of them, got ${JSON.stringify(outputPadding)}`,
        { op: "conv_transpose" },
      );
    }
    const extents = kernelExtents(kernel!.shape, kernelDilation);
    return {
      strides: steps,
      kernelDilation,
      crop: extents.map((extent, i) => cropAxis(extent, steps[i]!, kind, extra?.[i] ?? null)),
      dataFormat,
    };
  },
  infer: ([x, kernel], attrs) => {
    const sizes = outputSizes(spatialSizes(x!.shape, attrs.dataFormat), kernel!.shape, attrs);
    if (sizes.some((d) => dim.isStatic(d) && d <= 0)) {
      throw new ShapeError(
        `the result of ${formatShape(x!.shape)} with kernel ${formatShape(kernel!.shape)} would be empty`,
        { op: "conv_transpose" },
      );
    }
    return [{ shape: imageShape(x!.shape[0]!, sizes, kernel!.shape.at(-2)!, attrs.dataFormat), dtype: x!.dtype }];
  },
  decompose: ([x, kernel], attrs) => {
    if (attrs.dataFormat === "channels_last") return [transposed(x!, kernel!, attrs)];
    return [transpose(transposed(transpose(x!, toChannelsLast(x!.ndim)), kernel!, attrs), toChannelsFirst(x!.ndim))];
  },
  inline: true,
});

function outputSizes(
  sizes: readonly Dim[],
  kernel: readonly Dim[],
  { strides, kernelDilation, crop }: ConvTransposeAttrs,
): readonly Dim[] {
  const extents = kernelExtents(kernel, kernelDilation);
  return sizes.map((size, i) =>
    dim.add(dim.mul(dim.sub(size, 1), strides[i]!), extents[i]! - crop[i]![0] - crop[i]![1]),
  );
}

/** The cotangent of a convolution's input, with channels last. */
function transposed(x: Tensor, kernel: Tensor, attrs: ConvTransposeAttrs): Tensor {
  const { strides, kernelDilation, crop } = attrs;
  // The convolution that goes the other way sees its input up to the reach of the last window and less than a stride beyond; what
  // lies further is zero.
  const beyond = crop.map(([, high], i) => Math.max(0, -high - (strides[i]! - 1)));
  const sizes = outputSizes(spatialSizes(x.shape, "channels_last"), kernel.shape, attrs);
  const reached = sizes.map((size, i) => dim.sub(size, beyond[i]!));
  const y = convInputGrad(
    x,
    kernel,
    {
      strides,
      padding: crop.map(([low, high]) => [low, Math.max(high, 0)]),
      inputDilation: strides.map(() => 1),
      kernelDilation,
      groups: 1,
    },
    imageShape(x.shape[0]!, reached, kernel.shape.at(-2)!, "channels_last"),
  );
  const none = [0, ...strides.map(() => 0), 0];
  return padTensor(y, none, [0, ...beyond, 0], none, 0);
}

/** Options of {@link convTranspose}. */
export interface ConvTransposeOptions {
  /** Factor by which sizes grow, one for all axes or one each; default 1. */
  readonly strides?: number | readonly number[] | undefined;
  /** `same`: sizes grow by just the stride. Default `valid`. */
  readonly padding?: Padding | undefined;
  /** Elements added at the end of each axis; default: as many as the padding asks for. */
  readonly outputPadding?: number | readonly number[] | null | undefined;
  /** Default: `config.imageDataFormat()`. */
  readonly dataFormat?: DataFormat | null | undefined;
  /** Distance between the elements that the kernel writes to; default 1. */
  readonly dilationRate?: number | readonly number[] | undefined;
}

/**
 * Transposed convolution: every element is spread over a window, weighted by the kernel. It is the gradient of `conv`.
 *
 * @param inputs - [batch, ...spatial, channels], or [batch, channels, ...spatial] with `dataFormat: "channels_first"`.
 * @param kernel - [...spatial, filters, channels].
 * @returns [batch, ...spatial, filters], in the layout of `inputs`.
 * @throws {ShapeError} when ranks or channels do not fit.
 * @throws {ArgumentError} when an option has a wrong length or value.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const y = ops.convTranspose(ops.ones([1, 5, 5, 3]), ops.ones([3, 3, 8, 3]), { strides: 2, padding: "same" });
 * console.log(y.shape); // [1, 10, 10, 8]
 * ```
 */
export function convTranspose(inputs: KerasTensor, kernel: Other, options?: ConvTransposeOptions): KerasTensor;
export function convTranspose(inputs: Other, kernel: KerasTensor, options?: ConvTransposeOptions): KerasTensor;
export function convTranspose(inputs: TensorLike, kernel: TensorLike, options?: ConvTransposeOptions): Tensor;
export function convTranspose(inputs: Other, kernel: Other, options: ConvTransposeOptions = {}): Tensor | KerasTensor {
  const dataFormat = dataFormatOf(options.dataFormat, "conv_transpose");
  const { strides = 1, padding = "valid", outputPadding = null, dilationRate = 1 } = options;
  return apply(convTransposeOp, [inputs, kernel], { strides, padding, outputPadding, dataFormat, dilationRate })[0]!;
}

import { add, ArgumentError, conv, formatShape, reshape, ShapeError, type Tensor, type Variable } from "@keras/ops";
import { getActivation, type ActivationFn, type ActivationOption } from "../activations/get.ts";
import { required, type Defaults, type LayerConfig } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import { dataFormatOf, knownSize, oneOf, positiveInteger, sizePerAxis, type DataFormat } from "../base/sizes.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import { resolveWeightParts, weightParts, type WeightParts } from "../base/weight-parts.ts";

/** Options that all windowed layers with weights share. */
export interface WindowConfig extends LayerConfig, WeightParts<"bias"> {
  /** Size of the window: one number, or one per spatial axis. */
  readonly kernelSize: number | readonly number[];
  /** Step of the window. Default 1. */
  readonly strides?: number | readonly number[] | undefined;
  /** `valid`: the window stays inside; `same`: the input is padded with zeros. Default `valid`. */
  readonly padding?: "valid" | "same" | undefined;
  /** Default: the global one. */
  readonly dataFormat?: DataFormat | null | undefined;
  /** Distance between the elements of the window. Default 1. */
  readonly dilationRate?: number | readonly number[] | undefined;
  /** Default none. */
  readonly activation?: ActivationOption | undefined;
  /** Default true. */
  readonly useBias?: boolean | undefined;
}

/** Options of the convolutions. */
export interface ConvConfig extends Omit<WindowConfig, "padding">, WeightParts<"kernel"> {
  /** Number of output channels. */
  readonly filters: number;
  /** As for other windows; in one dimension also `causal`: the output at a step sees no later one. */
  readonly padding?: "valid" | "same" | "causal" | undefined;
  /** Into how many groups the channels are split, each with filters of its own. Default 1. */
  readonly groups?: number | undefined;
}

/** Defaults of the convolutions, in the order of Keras's configs. */
export const CONV_DEFAULTS: Defaults = {
  filters: required,
  kernelSize: required,
  strides: 1,
  padding: "valid",
  dataFormat: null,
  dilationRate: 1,
  groups: 1,
  activation: null,
  useBias: true,
  kernelInitializer: "glorot_uniform",
  biasInitializer: "zeros",
  kernelRegularizer: null,
  biasRegularizer: null,
  activityRegularizer: null,
  kernelConstraint: null,
  biasConstraint: null,
};

/** The sizes of a window, checked. */
export interface WindowSizes {
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly dilationRate: readonly number[];
}

/** @throws {ArgumentError} on sizes that are none, or strides together with dilation. */
export function windowSizes(
  config: Required<Pick<WindowConfig, "kernelSize">> & {
    readonly strides: number | readonly number[];
    readonly dilationRate: number | readonly number[];
  },
  rank: number,
  layer: string,
): WindowSizes {
  const kernelSize = sizePerAxis(config.kernelSize, rank, "kernelSize", layer);
  const strides = sizePerAxis(config.strides, rank, "strides", layer);
  const dilationRate = sizePerAxis(config.dilationRate, rank, "dilationRate", layer);
  return { kernelSize, strides, dilationRate };
}

/** A bias in the shape in which it is added. */
export function biasAlongChannels(bias: Variable, rank: number, dataFormat: DataFormat): Tensor {
  const ones = new Array<number>(rank).fill(1);
  return reshape(bias, dataFormat === "channels_last" ? [1, ...ones, bias.size] : [1, bias.size, ...ones]);
}

/** Base of the convolutions: a window slides over the spatial axes, and each position becomes `filters` numbers. */
export abstract class BaseConv extends Layer<ConvConfig> {
  readonly rank: number;
  readonly filters: number;
  readonly groups: number;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly dilationRate: readonly number[];
  readonly padding: "valid" | "same" | "causal";
  readonly dataFormat: DataFormat;
  readonly activation: ActivationFn;
  /** `[...kernelSize, channels / groups, filters]`. */
  declare kernel: Variable;
  /** `[filters]`; null without bias. */
  bias: Variable | null = null;

  constructor(rank: number, config: ConvConfig) {
    super(config, CONV_DEFAULTS);
    const { name, config: c } = this;
    this.rank = rank;
    this.filters = positiveInteger(c.filters, "filters", name);
    this.groups = positiveInteger(c.groups, "groups", name);
    const sizes = windowSizes(c, rank, name);
    this.kernelSize = sizes.kernelSize;
    this.strides = sizes.strides;
    this.dilationRate = sizes.dilationRate;
    this.padding = oneOf(c.padding, rank === 1 ? ["valid", "same", "causal"] : ["valid", "same"], "padding", name);
    this.dataFormat = dataFormatOf(c.dataFormat, name);
    this.activation = getActivation(c.activation);
    resolveWeightParts(this, ["kernel", "bias"]);
    this.inputSpec = new InputSpec({ minNdim: rank + 2 });
    if (this.filters % this.groups !== 0)
      throw new ArgumentError(`${this.filters} filters do not divide into ${this.groups} groups`, { layer: name });
    if (Math.max(...this.strides) > 1 && Math.max(...this.dilationRate) > 1)
      throw new ArgumentError("strides above 1 do not go together with dilation", { layer: name });
  }

  override build(inputShape: LayerShape): void {
    const axis = this.dataFormat === "channels_last" ? -1 : 1;
    const channels = knownSize(inputShape, axis, this.path);
    if (channels % this.groups !== 0)
      throw new ShapeError(
        `the ${channels} channels of an input ${formatShape(inputShape)} do not divide into ${this.groups} groups`,
        { layer: this.path },
      );
    this.checkWindow(inputShape);
    const shape = [...this.kernelSize, channels / this.groups, this.filters];
    this.kernel = this.addWeight({ name: "kernel", shape, ...weightParts(this, "kernel") });
    if (this.config.useBias)
      this.bias = this.addWeight({ name: "bias", shape: [this.filters], ...weightParts(this, "bias") });
    this.inputSpec = new InputSpec({ minNdim: this.rank + 2, axes: { [axis]: channels } });
  }

  /** @throws {ShapeError} when the window does not fit into the input. */
  checkWindow(inputShape: LayerShape): void {
    if (this.padding !== "valid") return;
    const first = this.dataFormat === "channels_last" ? inputShape.length - 1 - this.rank : 2;
    this.kernelSize.forEach((size, i) => {
      const found = inputShape[first + i];
      const wanted = (size - 1) * this.dilationRate[i]! + 1;
      if (typeof found === "number" && found < wanted)
        throw new ShapeError(
          `a window of ${wanted} does not fit into axis ${first + i} of an input ${formatShape(inputShape)}`,
          { layer: this.path },
        );
    });
  }

  /** Slides the kernel over the inputs. */
  convolve(inputs: Tensor): Tensor {
    const { strides, padding, dilationRate, dataFormat } = this;
    return conv(inputs, this.kernel, { strides, padding: padding as "valid" | "same", dilationRate, dataFormat });
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    const outputs = this.convolve(inputs);
    return this.activation(
      this.bias ? add(outputs, biasAlongChannels(this.bias, this.rank, this.dataFormat)) : outputs,
    );
  }
}

import { add, separableConv, type Tensor, type Variable } from "@keras/ops";
import { getActivation, type ActivationFn } from "../activations/get.ts";
import { required, type Defaults } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import { dataFormatOf, knownSize, oneOf, positiveInteger, type DataFormat } from "../base/sizes.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import { resolveWeightParts, weightParts, type WeightParts } from "../base/weight-parts.ts";
import { biasAlongChannels, windowSizes, type WindowConfig } from "./base-conv.ts";

/** Options of the separable convolutions. */
export interface SeparableConvConfig extends WindowConfig, WeightParts<"depthwise" | "pointwise"> {
  /** Number of output channels. */
  readonly filters: number;
  /** Channels per input channel between the two steps. Default 1. */
  readonly depthMultiplier?: number | undefined;
}

const DEFAULTS: Defaults = {
  depthMultiplier: 1,
  filters: required,
  kernelSize: required,
  strides: 1,
  padding: "valid",
  dataFormat: null,
  dilationRate: 1,
  activation: null,
  useBias: true,
  depthwiseInitializer: "glorot_uniform",
  pointwiseInitializer: "glorot_uniform",
  biasInitializer: "zeros",
  depthwiseRegularizer: null,
  pointwiseRegularizer: null,
  biasRegularizer: null,
  activityRegularizer: null,
  depthwiseConstraint: null,
  pointwiseConstraint: null,
  biasConstraint: null,
};

/** Base of the separable convolutions: a window of its own for each channel, then a mixture of the channels. */
export abstract class BaseSeparableConv extends Layer<SeparableConvConfig> {
  readonly rank: number;
  readonly filters: number;
  readonly depthMultiplier: number;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly dilationRate: readonly number[];
  readonly padding: "valid" | "same";
  readonly dataFormat: DataFormat;
  readonly activation: ActivationFn;
  /** `[...kernelSize, channels, depthMultiplier]`. */
  declare depthwiseKernel: Variable;
  /** `[1…, channels · depthMultiplier, filters]`. */
  declare pointwiseKernel: Variable;
  /** `[filters]`; null without bias. */
  bias: Variable | null = null;

  constructor(rank: number, config: SeparableConvConfig) {
    super(config, DEFAULTS);
    const { name, config: c } = this;
    this.rank = rank;
    this.filters = positiveInteger(c.filters, "filters", name);
    this.depthMultiplier = positiveInteger(c.depthMultiplier, "depthMultiplier", name);
    const sizes = windowSizes(c, rank, name);
    this.kernelSize = sizes.kernelSize;
    this.strides = sizes.strides;
    this.dilationRate = sizes.dilationRate;
    this.padding = oneOf(c.padding, ["valid", "same"], "padding", name);
    this.dataFormat = dataFormatOf(c.dataFormat, name);
    this.activation = getActivation(c.activation);
    resolveWeightParts(this, ["depthwise", "pointwise", "bias"]);
    this.inputSpec = new InputSpec({ minNdim: rank + 2 });
  }

  override build(inputShape: LayerShape): void {
    const axis = this.dataFormat === "channels_last" ? -1 : 1;
    const channels = knownSize(inputShape, axis, this.path);
    this.depthwiseKernel = this.addWeight({
      name: "depthwise_kernel",
      shape: [...this.kernelSize, channels, this.depthMultiplier],
      ...weightParts(this, "depthwise"),
    });
    this.pointwiseKernel = this.addWeight({
      name: "pointwise_kernel",
      shape: [...this.kernelSize.map(() => 1), channels * this.depthMultiplier, this.filters],
      ...weightParts(this, "pointwise"),
    });
    if (this.config.useBias)
      this.bias = this.addWeight({ name: "bias", shape: [this.filters], ...weightParts(this, "bias") });
    this.inputSpec = new InputSpec({ minNdim: this.rank + 2, axes: { [axis]: channels } });
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    const { strides, padding, dilationRate, dataFormat } = this;
    const outputs = separableConv(inputs, this.depthwiseKernel, this.pointwiseKernel, {
      strides,
      padding,
      dilationRate,
      dataFormat,
    });
    return this.activation(this.bias ? add(outputs, biasAlongChannels(this.bias, this.rank, dataFormat)) : outputs);
  }
}

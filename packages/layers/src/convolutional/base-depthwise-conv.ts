import { add, depthwiseConv, type Tensor, type Variable } from "@keras/ops";
import { getActivation, type ActivationFn } from "../activations/get.ts";
import { required, type Defaults } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import { dataFormatOf, knownSize, oneOf, positiveInteger, type DataFormat } from "../base/sizes.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import { resolveWeightParts, weightParts, type WeightParts } from "../base/weight-parts.ts";
import { biasAlongChannels, windowSizes, type WindowConfig } from "./base-conv.ts";

/** Options of the depthwise convolutions. */
export interface DepthwiseConvConfig extends WindowConfig, WeightParts<"depthwise"> {
  /** Output channels per input channel. Default 1. */
  readonly depthMultiplier?: number | undefined;
}

const DEFAULTS: Defaults = {
  depthMultiplier: 1,
  kernelSize: required,
  strides: 1,
  padding: "valid",
  dataFormat: null,
  dilationRate: 1,
  activation: null,
  useBias: true,
  depthwiseInitializer: "glorot_uniform",
  biasInitializer: "zeros",
  depthwiseRegularizer: null,
  biasRegularizer: null,
  activityRegularizer: null,
  depthwiseConstraint: null,
  biasConstraint: null,
};

/** Base of the depthwise convolutions: each channel has windows of its own. */
export abstract class BaseDepthwiseConv extends Layer<DepthwiseConvConfig> {
  readonly rank: number;
  readonly depthMultiplier: number;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly dilationRate: readonly number[];
  readonly padding: "valid" | "same";
  readonly dataFormat: DataFormat;
  readonly activation: ActivationFn;
  /** `[...kernelSize, channels, depthMultiplier]`. */
  declare kernel: Variable;
  /** `[channels · depthMultiplier]`; null without bias. */
  bias: Variable | null = null;

  constructor(rank: number, config: DepthwiseConvConfig) {
    super(config, DEFAULTS);
    const { name, config: c } = this;
    this.rank = rank;
    this.depthMultiplier = positiveInteger(c.depthMultiplier, "depthMultiplier", name);
    const sizes = windowSizes(c, rank, name);
    this.kernelSize = sizes.kernelSize;
    this.strides = sizes.strides;
    this.dilationRate = sizes.dilationRate;
    this.padding = oneOf(c.padding, ["valid", "same"], "padding", name);
    this.dataFormat = dataFormatOf(c.dataFormat, name);
    this.activation = getActivation(c.activation);
    resolveWeightParts(this, ["depthwise", "bias"]);
    this.inputSpec = new InputSpec({ minNdim: rank + 2 });
  }

  override build(inputShape: LayerShape): void {
    const axis = this.dataFormat === "channels_last" ? -1 : 1;
    const channels = knownSize(inputShape, axis, this.path);
    this.kernel = this.addWeight({
      name: "kernel",
      shape: [...this.kernelSize, channels, this.depthMultiplier],
      ...weightParts(this, "depthwise"),
    });
    if (this.config.useBias)
      this.bias = this.addWeight({
        name: "bias",
        shape: [channels * this.depthMultiplier],
        ...weightParts(this, "bias"),
      });
    this.inputSpec = new InputSpec({ minNdim: this.rank + 2, axes: { [axis]: channels } });
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    const { strides, padding, dilationRate, dataFormat } = this;
    const outputs = depthwiseConv(inputs, this.kernel, { strides, padding, dilationRate, dataFormat });
    return this.activation(this.bias ? add(outputs, biasAlongChannels(this.bias, this.rank, dataFormat)) : outputs);
  }
}

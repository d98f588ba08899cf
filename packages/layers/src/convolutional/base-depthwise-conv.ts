import { depthwiseConv, type Tensor, type Variable } from "@keras/ops";
import { required, type Defaults } from "../base/config.ts";
import { positiveInteger } from "../base/sizes.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import type { WeightParts } from "../base/weight-parts.ts";
import { BaseWindow, type WindowConfig } from "./base-window.ts";

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
export abstract class BaseDepthwiseConv extends BaseWindow<DepthwiseConvConfig> {
  readonly depthMultiplier: number;
  /** `[...kernelSize, channels, depthMultiplier]`. */
  declare kernel: Variable;

  constructor(rank: number, config: DepthwiseConvConfig) {
    super(rank, config, DEFAULTS, ["depthwise"]);
    this.depthMultiplier = positiveInteger(this.config.depthMultiplier, "depthMultiplier", this.name);
  }

  override build(inputShape: LayerShape): void {
    const channels = this.fixChannels(inputShape);
    this.kernel = this.addPart("depthwise", "kernel", [...this.kernelSize, channels, this.depthMultiplier]);
    this.addBias(channels * this.depthMultiplier);
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    const { strides, dilationRate, dataFormat } = this;
    const padding = this.padding as "valid" | "same";
    return this.finish(depthwiseConv(inputs, this.kernel, { strides, padding, dilationRate, dataFormat }));
  }
}

import { separableConv, type Tensor, type Variable } from "@keras/ops";
import { required, type Defaults } from "../base/config.ts";
import { positiveInteger } from "../base/sizes.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import type { WeightParts } from "../base/weight-parts.ts";
import { BaseWindow, type WindowConfig } from "./base-window.ts";

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
export abstract class BaseSeparableConv extends BaseWindow<SeparableConvConfig> {
  readonly filters: number;
  readonly depthMultiplier: number;
  /** `[...kernelSize, channels, depthMultiplier]`. */
  declare depthwiseKernel: Variable;
  /** `[1…, channels · depthMultiplier, filters]`. */
  declare pointwiseKernel: Variable;

  constructor(rank: number, config: SeparableConvConfig) {
    super(rank, config, DEFAULTS, ["depthwise", "pointwise"]);
    this.filters = positiveInteger(this.config.filters, "filters", this.name);
    this.depthMultiplier = positiveInteger(this.config.depthMultiplier, "depthMultiplier", this.name);
  }

  override build(inputShape: LayerShape): void {
    const { kernelSize, depthMultiplier, filters } = this;
    const channels = this.fixChannels(inputShape);
    const pointwise = [...kernelSize.map(() => 1), channels * depthMultiplier, filters];
    this.depthwiseKernel = this.addPart("depthwise", "depthwise_kernel", [...kernelSize, channels, depthMultiplier]);
    this.pointwiseKernel = this.addPart("pointwise", "pointwise_kernel", pointwise);
    this.addBias(filters);
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    const { depthwiseKernel, pointwiseKernel, strides, dilationRate, dataFormat } = this;
    const padding = this.padding as "valid" | "same";
    const options = { strides, padding, dilationRate, dataFormat };
    return this.finish(separableConv(inputs, depthwiseKernel, pointwiseKernel, options));
  }
}

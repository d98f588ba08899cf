import { ArgumentError, conv, formatShape, ShapeError, type Tensor, type Variable } from "@keras/ops";
import { required, type Defaults } from "../base/config.ts";
import { positiveInteger } from "../base/sizes.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import type { WeightParts } from "../base/weight-parts.ts";
import { BaseWindow, type WindowConfig } from "./base-window.ts";

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

/** Base of the convolutions: a window slides over the spatial axes, and each position becomes `filters` numbers. */
export abstract class BaseConv extends BaseWindow<ConvConfig> {
  readonly filters: number;
  readonly groups: number;
  /** `[...kernelSize, channels / groups, filters]`. */
  declare kernel: Variable;

  constructor(rank: number, config: ConvConfig) {
    super(rank, config, CONV_DEFAULTS, ["kernel"], rank === 1);
    const { name, config: c } = this;
    this.filters = positiveInteger(c.filters, "filters", name);
    this.groups = positiveInteger(c.groups, "groups", name);
    if (this.filters % this.groups !== 0)
      throw new ArgumentError(`${this.filters} filters do not divide into ${this.groups} groups`, { layer: name });
    this.refuseStridesWithDilation();
  }

  override build(inputShape: LayerShape): void {
    const channels = this.fixChannels(inputShape);
    if (channels % this.groups !== 0)
      throw new ShapeError(
        `the ${channels} channels of an input ${formatShape(inputShape)} do not divide into ${this.groups} groups`,
        { layer: this.path },
      );
    this.checkWindow(inputShape);
    this.kernel = this.addPart("kernel", "kernel", [...this.kernelSize, channels / this.groups, this.filters]);
    this.addBias(this.filters);
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
    return this.finish(this.convolve(inputs));
  }
}

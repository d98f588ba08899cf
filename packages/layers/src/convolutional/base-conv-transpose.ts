import { add, ArgumentError, convTranspose, type Tensor, type Variable } from "@keras/ops";
import { getActivation, type ActivationFn } from "../activations/get.ts";
import { required, type Defaults } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import { dataFormatOf, knownSize, oneOf, positiveInteger, type DataFormat } from "../base/sizes.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import { resolveWeightParts, weightParts, type WeightParts } from "../base/weight-parts.ts";
import { biasAlongChannels, windowSizes, type WindowConfig } from "./base-conv.ts";

/** Options of the transposed convolutions. */
export interface ConvTransposeConfig extends WindowConfig, WeightParts<"kernel"> {
  /** Number of output channels. */
  readonly filters: number;
  /** Added to one end of the output, below the strides. Default null: what follows from the other sizes. */
  readonly outputPadding?: number | readonly number[] | null | undefined;
}

const DEFAULTS: Defaults = {
  filters: required,
  kernelSize: required,
  strides: 1,
  padding: "valid",
  outputPadding: null,
  dataFormat: null,
  dilationRate: 1,
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

/** Base of the transposed convolutions: what a convolution does to gradients, so strides make the output larger. */
export abstract class BaseConvTranspose extends Layer<ConvTransposeConfig> {
  readonly rank: number;
  readonly filters: number;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly dilationRate: readonly number[];
  readonly outputPadding: readonly number[] | null;
  readonly padding: "valid" | "same";
  readonly dataFormat: DataFormat;
  readonly activation: ActivationFn;
  /** `[...kernelSize, filters, channels]`. */
  declare kernel: Variable;
  /** `[filters]`; null without bias. */
  bias: Variable | null = null;

  constructor(rank: number, config: ConvTransposeConfig) {
    super(config, DEFAULTS);
    const { name, config: c } = this;
    this.rank = rank;
    this.filters = positiveInteger(c.filters, "filters", name);
    const sizes = windowSizes(c, rank, name);
    this.kernelSize = sizes.kernelSize;
    this.strides = sizes.strides;
    this.dilationRate = sizes.dilationRate;
    this.padding = oneOf(c.padding, ["valid", "same"], "padding", name);
    this.outputPadding = c.outputPadding === null ? null : perAxis(c.outputPadding, rank, name);
    this.dataFormat = dataFormatOf(c.dataFormat, name);
    this.activation = getActivation(c.activation);
    resolveWeightParts(this, ["kernel", "bias"]);
    this.inputSpec = new InputSpec({ minNdim: rank + 2 });
    if (Math.max(...this.strides) > 1 && Math.max(...this.dilationRate) > 1)
      throw new ArgumentError("strides above 1 do not go together with dilation", { layer: name });
    this.outputPadding?.forEach((size, i) => {
      if (size >= this.strides[i]!)
        throw new ArgumentError(
          `outputPadding must be below the strides, got ${size} with a stride of ${this.strides[i]} at axis ${i}`,
          { layer: name },
        );
    });
  }

  override build(inputShape: LayerShape): void {
    const axis = this.dataFormat === "channels_last" ? -1 : 1;
    const channels = knownSize(inputShape, axis, this.path);
    const shape = [...this.kernelSize, this.filters, channels];
    this.kernel = this.addWeight({ name: "kernel", shape, ...weightParts(this, "kernel") });
    if (this.config.useBias)
      this.bias = this.addWeight({ name: "bias", shape: [this.filters], ...weightParts(this, "bias") });
    this.inputSpec = new InputSpec({ minNdim: this.rank + 2, axes: { [axis]: channels } });
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    const { strides, padding, outputPadding, dilationRate, dataFormat } = this;
    const outputs = convTranspose(inputs, this.kernel, { strides, padding, outputPadding, dilationRate, dataFormat });
    return this.activation(this.bias ? add(outputs, biasAlongChannels(this.bias, this.rank, dataFormat)) : outputs);
  }
}

/** One size for all axes, or one each; 0 is allowed. */
function perAxis(value: number | readonly number[], rank: number, layer: string): readonly number[] {
  const sizes = typeof value === "number" ? new Array<number>(rank).fill(value) : [...value];
  if (sizes.length !== rank || !sizes.every((size) => Number.isInteger(size) && size >= 0))
    throw new ArgumentError(`outputPadding must be an integer, or ${rank} of them; got ${JSON.stringify(value)}`, {
      layer,
    });
  return sizes;
}

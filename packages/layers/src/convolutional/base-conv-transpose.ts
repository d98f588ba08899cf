import { ArgumentError, convTranspose, type Tensor, type Variable } from "@keras/ops";
import { required, type Defaults } from "../base/config.ts";
import { positiveInteger } from "../base/sizes.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import type { WeightParts } from "../base/weight-parts.ts";
import { BaseWindow, type WindowConfig } from "./base-window.ts";

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
export abstract class BaseConvTranspose extends BaseWindow<ConvTransposeConfig> {
  readonly filters: number;
  readonly outputPadding: readonly number[] | null;
  /** `[...kernelSize, filters, channels]`. */
  declare kernel: Variable;

  constructor(rank: number, config: ConvTransposeConfig) {
    super(rank, config, DEFAULTS, ["kernel"]);
    const { name, config: c } = this;
    this.filters = positiveInteger(c.filters, "filters", name);
    this.outputPadding = c.outputPadding === null ? null : perAxis(c.outputPadding, rank, name);
    this.refuseStridesWithDilation();
    this.outputPadding?.forEach((size, i) => {
      if (size >= this.strides[i]!)
        throw new ArgumentError(
          `outputPadding must be below the strides, got ${size} with a stride of ${this.strides[i]} at axis ${i}`,
          { layer: name },
        );
    });
  }

  override build(inputShape: LayerShape): void {
    const channels = this.fixChannels(inputShape);
    this.kernel = this.addPart("kernel", "kernel", [...this.kernelSize, this.filters, channels]);
    this.addBias(this.filters);
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    const { strides, outputPadding, dilationRate, dataFormat } = this;
    const padding = this.padding as "valid" | "same";
    const options = { strides, padding, outputPadding, dilationRate, dataFormat };
    return this.finish(convTranspose(inputs, this.kernel, options));
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

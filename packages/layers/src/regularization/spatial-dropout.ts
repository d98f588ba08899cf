import { type Tensor } from "@keras/ops";
import * as random from "@keras/ops/random";
import { required, type LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import type { DataFormat } from "../base/sizes.ts";
import type { CallOptions } from "../base/types.ts";
import { checkRate } from "./dropout.ts";

/** Options of the spatial dropouts. */
export interface SpatialDropoutConfig extends LayerConfig {
  /** Part of the channels to drop, in [0, 1]. */
  readonly rate: number;
  /** Seed of the layer's generator. Default: drawn. */
  readonly seed?: number | null | undefined;
  /** Where the channels are. Default: the global one. */
  readonly dataFormat?: DataFormat | null | undefined;
}

/** Base of the layers that drop whole channels: neighbours in space are too alike to be dropped one by one. */
export abstract class BaseSpatialDropout extends Layer<SpatialDropoutConfig> {
  readonly rate: number;
  readonly rank: number;
  readonly seedGenerator: random.SeedGenerator | null;

  constructor(config: SpatialDropoutConfig, rank: number) {
    super(config, { rate: required, seed: null, dataFormat: null });
    this.rank = rank;
    this.rate = checkRate(this.config.rate, "rate", this.name);
    this.seedGenerator = this.rate > 0 ? new random.SeedGenerator({ seed: this.config.seed }) : null;
    this.supportsMasking = true;
  }

  /** Shape of the mask for an input: 1 on the spatial axes. */
  abstract noiseShapeOf(inputs: Tensor): readonly (number | null)[];

  alongChannels(inputs: Tensor, dataFormat: DataFormat): readonly (number | null)[] {
    const channel = dataFormat === "channels_first" ? 1 : inputs.ndim - 1;
    return inputs.shape.map((_, i) => (i === 0 || i === channel ? null : 1));
  }

  override call(inputs: Tensor, options: CallOptions = {}): Tensor {
    if (!options.training || !this.seedGenerator) return inputs;
    return random.dropout(inputs, this.rate, { noiseShape: this.noiseShapeOf(inputs), seed: this.seedGenerator });
  }

  /** Keras keeps these alone, and the policy by its name. */
  override getConfig(): Record<string, unknown> {
    const { rate, seed, name, dataFormat } = super.getConfig();
    return { rate, seed, name, dtype: this.dtype, ...(this.rank > 1 ? { dataFormat } : {}) };
  }
}

import { add, type Tensor } from "@keras/ops";
import * as random from "@keras/ops/random";
import { required, type LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import type { CallOptions } from "../base/types.ts";
import { checkRate } from "./dropout.ts";

/** Options of {@link GaussianNoise}. */
export interface GaussianNoiseConfig extends LayerConfig {
  /** Standard deviation, in [0, 1]. */
  readonly stddev: number;
  /** Seed of the layer's generator. Default: drawn. */
  readonly seed?: number | null | undefined;
}

/** In training, adds normal noise. @throws {ArgumentError} when the deviation is outside [0, 1]. */
export class GaussianNoise extends Layer<GaussianNoiseConfig> {
  static override readonly className: string = "GaussianNoise";
  static override readonly module: string = "keras.layers";
  readonly seedGenerator: random.SeedGenerator | null;

  constructor(config: GaussianNoiseConfig) {
    super(config, { stddev: required, seed: null });
    this.seedGenerator =
      checkRate(this.config.stddev, "stddev", this.name) > 0
        ? new random.SeedGenerator({ seed: this.config.seed })
        : null;
    this.supportsMasking = true;
  }

  override call(inputs: Tensor, options: CallOptions = {}): Tensor {
    if (!options.training || !this.seedGenerator) return inputs;
    return add(
      inputs,
      random.normal(inputs.shape, { stddev: this.config.stddev, dtype: this.computeDtype, seed: this.seedGenerator }),
    );
  }
}

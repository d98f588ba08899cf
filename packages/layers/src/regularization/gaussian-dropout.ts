import { multiply, type Tensor } from "@keras/ops";
import * as random from "@keras/ops/random";
import { required, type LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import type { CallOptions } from "../base/types.ts";
import { checkRate } from "./dropout.ts";

/** Options of {@link GaussianDropout}. */
export interface GaussianDropoutConfig extends LayerConfig {
  /** As for dropout, in [0, 1]: the noise has the standard deviation `sqrt(rate / (1 - rate))`. */
  readonly rate: number;
  /** Seed of the layer's generator. Default: drawn. */
  readonly seed?: number | null | undefined;
}

/**
 * In training, multiplies by normal noise around 1. Srivastava et al. 2014.
 *
 * @throws {ArgumentError} when the rate is outside [0, 1].
 */
export class GaussianDropout extends Layer<GaussianDropoutConfig> {
  static override readonly className: string = "GaussianDropout";
  static override readonly module: string = "keras.layers";
  readonly rate: number;
  readonly seedGenerator: random.SeedGenerator | null;

  constructor(config: GaussianDropoutConfig) {
    super(config, { rate: required, seed: null });
    this.rate = checkRate(this.config.rate, "rate", this.name);
    this.seedGenerator = this.rate > 0 ? new random.SeedGenerator({ seed: this.config.seed }) : null;
    this.supportsMasking = true;
  }

  override call(inputs: Tensor, options: CallOptions = {}): Tensor {
    if (!options.training || !this.seedGenerator) return inputs;
    const stddev = Math.sqrt(this.rate / (1 - this.rate));
    const noise = random.normal(inputs.shape, { mean: 1, stddev, dtype: this.computeDtype, seed: this.seedGenerator });
    return multiply(inputs, noise);
  }
}

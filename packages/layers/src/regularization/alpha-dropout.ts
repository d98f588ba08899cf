import { add, cast, greaterEqual, multiply, subtract, type Tensor } from "@keras/ops";
import * as random from "@keras/ops/random";
import { required, type LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import type { CallOptions } from "../base/types.ts";
import { checkRate } from "./dropout.ts";

/** Options of {@link AlphaDropout}. */
export interface AlphaDropoutConfig extends LayerConfig {
  /** Part of the elements to drop, in [0, 1]. */
  readonly rate: number;
  /** Shape of the mask: 1 drops along that axis as a whole, null is as the input. Default: as the input. */
  readonly noiseShape?: readonly (number | null)[] | null | undefined;
  /** Seed of the layer's generator. Default: drawn. */
  readonly seed?: number | null | undefined;
}

/** The value that SELU tends to at minus infinity. */
const SATURATED = -1.6732632423543772 * 1.0507009873554805;

/**
 * Dropout for networks of SELUs: dropped elements get SELU's least value, and mean and variance stay what they were. Klambauer et al. 2017.
 *
 * @throws {ArgumentError} when the rate is outside [0, 1].
 */
export class AlphaDropout extends Layer<AlphaDropoutConfig> {
  static override readonly className: string = "AlphaDropout";
  static override readonly module: string = "keras.layers";
  readonly rate: number;
  readonly seedGenerator: random.SeedGenerator | null;

  constructor(config: AlphaDropoutConfig) {
    super(config, { rate: required, seed: null, noiseShape: null });
    this.rate = checkRate(this.config.rate, "rate", this.name);
    this.seedGenerator = this.rate > 0 ? new random.SeedGenerator({ seed: this.config.seed }) : null;
    this.supportsMasking = true;
  }

  override call(inputs: Tensor, options: CallOptions = {}): Tensor {
    if (!options.training || !this.seedGenerator) return inputs;
    const { rate } = this;
    const noiseShape = this.config.noiseShape?.map((size, i) => size ?? inputs.shape[i]!) ?? inputs.shape;
    const drawn = random.uniform(noiseShape, { seed: this.seedGenerator });
    const kept = cast(greaterEqual(drawn, rate), inputs.dtype);
    const scale = ((1 - rate) * (1 + rate * SATURATED ** 2)) ** -0.5;
    const mixed = add(multiply(inputs, kept), multiply(subtract(1, kept), SATURATED));
    return add(multiply(mixed, scale), -scale * SATURATED * rate);
  }
}

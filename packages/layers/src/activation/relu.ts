import { ArgumentError, type Tensor } from "@keras/ops";
import { relu } from "../activations/relu.ts";
import type { LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import type { CallOptions } from "../base/types.ts";

/** Options of {@link ReLU}. */
export interface ReLUConfig extends LayerConfig {
  /** Largest value, not negative. Default none. */
  readonly maxValue?: number | null | undefined;
  /** Slope below the threshold, not negative. Default 0. */
  readonly negativeSlope?: number | undefined;
  /** Below it, values are damped; not negative. Default 0. */
  readonly threshold?: number | undefined;
}

/**
 * `max(x, 0)`, with an upper bound, a slope below, a threshold.
 *
 * @throws {ArgumentError} when an option is negative.
 */
export class ReLU extends Layer<ReLUConfig> {
  static override readonly className: string = "ReLU";
  static override readonly module: string = "keras.layers";

  constructor(config: ReLUConfig = {}) {
    super(config, { maxValue: null, negativeSlope: 0, threshold: 0 });
    for (const [key, value] of Object.entries({
      maxValue: this.config.maxValue ?? 0,
      negativeSlope: this.config.negativeSlope,
      threshold: this.config.threshold,
    })) {
      if (typeof value !== "number" || !(value >= 0))
        throw new ArgumentError(`${key} must be a number that is not negative, got ${String(value)}`, {
          layer: this.name,
        });
    }
    this.supportsMasking = true;
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    const { maxValue, negativeSlope, threshold } = this.config;
    return relu(inputs, { maxValue, negativeSlope, threshold });
  }
}

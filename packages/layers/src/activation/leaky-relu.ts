import { ArgumentError, leakyRelu, type Tensor } from "@keras/ops";
import type { LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import type { CallOptions } from "../base/types.ts";

/** Options of {@link LeakyReLU}. */
export interface LeakyReLUConfig extends LayerConfig {
  /** Slope below 0, not negative. Default 0.3. */
  readonly negativeSlope?: number | undefined;
}

/** `x`, and `negativeSlope · x` below 0. @throws {ArgumentError} on a negative slope. */
export class LeakyReLU extends Layer<LeakyReLUConfig> {
  static override readonly className: string = "LeakyReLU";
  static override readonly module: string = "keras.layers";

  constructor(config: LeakyReLUConfig = {}) {
    super(config, { negativeSlope: 0.3 });
    const { negativeSlope } = this.config;
    if (typeof negativeSlope !== "number" || !(negativeSlope >= 0))
      throw new ArgumentError(`negativeSlope must be a number that is not negative, got ${String(negativeSlope)}`, {
        layer: this.name,
      });
    this.supportsMasking = true;
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    return leakyRelu(inputs, { negativeSlope: this.config.negativeSlope });
  }
}

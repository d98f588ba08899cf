import { elu, type Tensor } from "@keras/ops";
import type { LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import type { CallOptions } from "../base/types.ts";

/** Options of {@link ELU}. */
export interface ELUConfig extends LayerConfig {
  /** The limit towards −∞ is -alpha. Default 1. */
  readonly alpha?: number | undefined;
}

/** `x`, and `alpha · (exp(x) - 1)` below 0. Clevert et al. 2016. */
export class ELU extends Layer<ELUConfig> {
  static override readonly className: string = "ELU";
  static override readonly module: string = "keras.layers";

  constructor(config: ELUConfig = {}) {
    super(config, { alpha: 1 });
    this.supportsMasking = true;
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    return elu(inputs, { alpha: this.config.alpha });
  }

  /** In the order in which Keras writes it. */
  override getConfig(): Record<string, unknown> {
    const { name, alpha, ...rest } = super.getConfig();
    return { name, alpha, ...rest };
  }
}

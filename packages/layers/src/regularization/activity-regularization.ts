import type { Tensor } from "@keras/ops";
import type { LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import type { CallOptions } from "../base/types.ts";
import { L1L2 } from "../regularizers/l1l2.ts";

/** Options of {@link ActivityRegularization}. */
export interface ActivityRegularizationConfig extends LayerConfig {
  /** Factor of Σ|x|. Default 0. */
  readonly l1?: number | undefined;
  /** Factor of Σx². Default 0. */
  readonly l2?: number | undefined;
}

/** Gives its input, and adds a penalty on it to the loss. */
export class ActivityRegularization extends Layer<ActivityRegularizationConfig> {
  static override readonly className: string = "ActivityRegularization";
  static override readonly module: string = "keras.layers";

  constructor(config: ActivityRegularizationConfig = {}) {
    super(config, { l1: 0, l2: 0 });
    this.activityRegularizer = new L1L2({ l1: this.config.l1, l2: this.config.l2 });
    this.supportsMasking = true;
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    return inputs;
  }

  override getConfig(): Record<string, unknown> {
    const { activityRegularizer: _, ...config } = super.getConfig();
    return config;
  }
}

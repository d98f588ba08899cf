import { normalizeAxis, rmsNormalization, type Tensor, type Variable } from "@keras/ops";
import type { Defaults, LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import { knownSize } from "../base/sizes.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";

/** Options of {@link RMSNormalization}. */
export interface RMSNormalizationConfig extends LayerConfig {
  /** Axes to normalize over. Default -1. */
  readonly axis?: number | readonly number[] | undefined;
  /** Added to the mean square. Default 1e-6. */
  readonly epsilon?: number | undefined;
}

const DEFAULTS: Defaults = { axis: -1, epsilon: 1e-6 };

/** Divides by the root mean square over some axes, and scales. Zhang and Sennrich 2019. */
export class RMSNormalization extends Layer<RMSNormalizationConfig> {
  static override readonly className: string = "RMSNormalization";
  static override readonly module: string = "keras.layers";
  declare scale: Variable;

  constructor(config: RMSNormalizationConfig = {}) {
    super(config, DEFAULTS);
  }

  get axes(): readonly number[] {
    const { axis } = this.config;
    return typeof axis === "number" ? [axis] : [...axis].sort((a, b) => a - b);
  }

  override build(inputShape: LayerShape): void {
    const shape = this.axes.map((a) =>
      knownSize(inputShape, normalizeAxis(a, inputShape.length, "rms_normalization"), this.path),
    );
    this.scale = this.addWeight({ name: "scale", shape, initializer: "ones" });
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    return rmsNormalization(inputs, { scale: this.scale, axis: this.axes, epsilon: this.config.epsilon });
  }
}

import type { Tensor } from "@keras/ops";
import { getActivation, type ActivationFn, type ActivationOption } from "../activations/get.ts";
import { required, type LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import type { CallOptions } from "../base/types.ts";

/** Options of {@link Activation}. */
export interface ActivationConfig extends LayerConfig {
  readonly activation: ActivationOption;
}

/**
 * An activation as a layer.
 *
 * @throws {NotFoundError} on an unknown name.
 * @example
 * ```ts
 * import { layers } from "keras";
 * console.log(await new layers.Activation({ activation: "relu" }).apply([-1, 2]).array()); // [0, 2]
 * ```
 */
export class Activation extends Layer<ActivationConfig> {
  static override readonly className: string = "Activation";
  static override readonly module: string = "keras.layers";
  readonly activation: ActivationFn;

  constructor(config: ActivationConfig) {
    super(config, { activation: required });
    this.activation = getActivation(this.config.activation);
    this.supportsMasking = true;
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    return this.activation(inputs);
  }
}

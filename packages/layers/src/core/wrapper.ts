import { ArgumentError } from "@keras/ops";
import { required, type Defaults, type LayerArguments, type LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import { isLayer } from "../base/tracking.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";

/** Options of the layers that hold another. */
export interface WrapperConfig extends LayerConfig {
  /** The layer inside. */
  readonly layer: Layer;
}

/**
 * Base of the layers that change what another layer does.
 *
 * @throws {ArgumentError} when `layer` is no layer.
 */
export class Wrapper<C extends WrapperConfig = WrapperConfig> extends Layer<C> {
  static override readonly className: string = "Wrapper";
  static override readonly module: string = "keras.layers";
  readonly layer: Layer;

  constructor(config: C, defaults: Defaults = {}) {
    super(...([config, { layer: required, ...defaults }] as unknown as LayerArguments<C>));
    if (!isLayer(config.layer))
      throw new ArgumentError(`a ${this.constructor.name} is made of a layer: { layer: new Dense({ units: 8 }) }`, {
        layer: this.name,
      });
    this.layer = config.layer;
  }

  override build(inputShape: LayerShape): void {
    this.layer.ensureBuilt([inputShape]);
  }

  override call(inputs: never, options: CallOptions = {}): unknown {
    return this.layer.applyAny(inputs, options);
  }
}

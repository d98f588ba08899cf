import { any, notEqual, setMask, squeeze, where, type KerasTensor, type Tensor } from "@keras/ops";
import type { LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import type { CallOptions } from "../base/types.ts";

/** Options of {@link Masking}. */
export interface MaskingConfig extends LayerConfig {
  /** A step counts unless all its features have this value. Default 0. */
  readonly maskValue?: number | undefined;
}

/**
 * Masks the steps of `[batch, steps, features]` whose features all have one value, and sets them to 0.
 *
 * @example
 * ```ts
 * import { layers } from "keras";
 * const y = new layers.Masking().apply([[[1, 2], [0, 0]]]);
 * console.log(y.shape); // [1, 2, 2]
 * ```
 */
export class Masking extends Layer<MaskingConfig> {
  static override readonly className: string = "Masking";
  static override readonly module: string = "keras.layers";

  constructor(config: MaskingConfig = {}) {
    super(config, { maskValue: 0 });
    this.supportsMasking = true;
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    const counts = any(notEqual(inputs, this.config.maskValue), { axis: -1, keepdims: true });
    const outputs = where(counts, inputs, 0);
    setMask(outputs, squeeze(counts, { axis: -1 }));
    return outputs;
  }

  override computeMask(inputs: Tensor | KerasTensor): unknown {
    return any(notEqual(inputs as Tensor, this.config.maskValue), { axis: -1 });
  }
}

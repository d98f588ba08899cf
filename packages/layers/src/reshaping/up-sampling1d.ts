import { repeat, type Tensor } from "@keras/ops";
import type { LayerConfig } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import { positiveInteger } from "../base/sizes.ts";
import type { CallOptions } from "../base/types.ts";

/** Options of {@link UpSampling1D}. */
export interface UpSampling1DConfig extends LayerConfig {
  /** How often each step is repeated. Default 2. */
  readonly size?: number | undefined;
}

/**
 * Repeats each step: `[batch, steps, channels]` → `[batch, size · steps, channels]`.
 *
 * @throws {ArgumentError} when `size` is no positive integer.
 * @example
 * ```ts
 * import { layers } from "keras";
 * console.log(await new layers.UpSampling1D().apply([[[1], [2]]]).array()); // [[[1], [1], [2], [2]]]
 * ```
 */
export class UpSampling1D extends Layer<UpSampling1DConfig> {
  static override readonly className: string = "UpSampling1D";
  static override readonly module: string = "keras.layers";
  readonly size: number;

  constructor(config: UpSampling1DConfig = {}) {
    super(config, { size: 2 });
    this.size = positiveInteger(this.config.size, "size", this.name);
    this.inputSpec = new InputSpec({ ndim: 3 });
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    return repeat(inputs, this.size, { axis: 1 });
  }
}

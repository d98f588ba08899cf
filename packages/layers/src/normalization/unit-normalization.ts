import { ArgumentError, normalize, type Tensor } from "@keras/ops";
import type { LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import type { CallOptions } from "../base/types.ts";

/** Options of {@link UnitNormalization}. */
export interface UnitNormalizationConfig extends LayerConfig {
  /** Axes over which the norm is taken. Default -1. */
  readonly axis?: number | readonly number[] | undefined;
}

/**
 * Divides each sample by its Euclidean norm.
 *
 * @throws {ArgumentError} when an axis is no integer.
 * @example
 * ```ts
 * import { layers } from "keras";
 * const y = await new layers.UnitNormalization().apply([[3, 4]]).array<2>();
 * console.log(y[0]!.map((v) => v.toFixed(1))); // ["0.6", "0.8"]
 * ```
 */
export class UnitNormalization extends Layer<UnitNormalizationConfig> {
  static override readonly className: string = "UnitNormalization";
  static override readonly module: string = "keras.layers";

  constructor(config: UnitNormalizationConfig = {}) {
    super(config, { axis: -1 });
    const { axis } = this.config;
    if (![axis].flat().every(Number.isInteger))
      throw new ArgumentError(`axis must be an integer or a list of them, got ${JSON.stringify(axis)}`, {
        layer: this.name,
      });
    this.supportsMasking = true;
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    return normalize(inputs, { axis: this.config.axis as number, order: 2, epsilon: 1e-12 });
  }
}

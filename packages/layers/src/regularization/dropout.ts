import { ArgumentError, type Tensor } from "@keras/ops";
import * as random from "@keras/ops/random";
import { required, type Defaults, type LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import type { CallOptions } from "../base/types.ts";

/** Options of {@link Dropout}. */
export interface DropoutConfig extends LayerConfig {
  /** Part of the elements to drop, in [0, 1]. */
  readonly rate: number;
  /** Seed of the layer's generator. Default: drawn. */
  readonly seed?: number | null | undefined;
  /** Shape of the mask: 1 drops along that axis as a whole, null is as the input. Default: as the input. */
  readonly noiseShape?: readonly (number | null)[] | null | undefined;
}

const DEFAULTS: Defaults = { rate: required, seed: null, noiseShape: null };

/** A part to drop. @throws {ArgumentError} outside [0, 1]. */
export function checkRate(value: unknown, name: string, layer: string): number {
  if (typeof value !== "number" || !(value >= 0 && value <= 1))
    throw new ArgumentError(`${name} must lie in [0, 1], got ${String(value)}`, { layer });
  return value;
}

/**
 * In training, sets a random part of the elements to 0 and scales the rest by `1 / (1 - rate)`. Srivastava et al. 2014.
 *
 * @throws {ArgumentError} when the rate is outside [0, 1], or the noise shape holds what is no size.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.Dropout({ rate: 0.5 });
 * console.log(await layer.apply([1, 2]).array()); // [1, 2]
 * const y = await layer.apply(ops.ones([8]), { training: true }).array<1>();
 * console.log(y.every((v) => v === 0 || v === 2)); // true
 * ```
 */
export class Dropout extends Layer<DropoutConfig> {
  static override readonly className: string = "Dropout";
  static override readonly module: string = "keras.layers";
  readonly rate: number;
  readonly seedGenerator: random.SeedGenerator | null;

  constructor(config: DropoutConfig) {
    super(config, DEFAULTS);
    this.rate = checkRate(this.config.rate, "rate", this.name);
    const { noiseShape } = this.config;
    if (
      noiseShape !== null &&
      (!Array.isArray(noiseShape) || noiseShape.some((d) => d !== null && !(Number.isInteger(d) && (d as number) > 0)))
    ) {
      throw new ArgumentError(`noiseShape holds positive sizes and nulls, got ${JSON.stringify(noiseShape)}`, {
        layer: this.name,
      });
    }
    this.seedGenerator = this.rate > 0 ? new random.SeedGenerator({ seed: this.config.seed }) : null;
    this.supportsMasking = true;
  }

  /** Shape of the mask for an input. */
  noiseShapeOf(_inputs: Tensor): readonly (number | null)[] | null {
    return this.config.noiseShape;
  }

  override call(inputs: Tensor, options: CallOptions = {}): Tensor {
    if (!options.training || !this.seedGenerator) return inputs;
    return random.dropout(inputs, this.rate, { noiseShape: this.noiseShapeOf(inputs), seed: this.seedGenerator });
  }
}

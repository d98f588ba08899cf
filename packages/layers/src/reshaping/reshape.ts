import { ArgumentError, reshape, type Tensor } from "@keras/ops";
import { required, type LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import type { CallOptions } from "../base/types.ts";

/** Options of {@link Reshape}. */
export interface ReshapeConfig extends LayerConfig {
  /** Shape of one sample; one size may be -1: what is left over. */
  readonly targetShape: readonly number[];
}

/**
 * Another shape for each sample: `[batch, ...]` → `[batch, ...targetShape]`.
 *
 * @throws {ArgumentError} when the target shape holds what is no size, or more than one -1.
 * @throws {ShapeError} when the number of elements differs.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * console.log(new layers.Reshape({ targetShape: [-1, 2] }).apply(ops.ones([5, 8])).shape); // [5, 4, 2]
 * ```
 */
export class Reshape extends Layer<ReshapeConfig> {
  static override readonly className: string = "Reshape";
  static override readonly module: string = "keras.layers";
  readonly targetShape: readonly number[];

  constructor(config: ReshapeConfig) {
    super(config, { targetShape: required });
    this.targetShape = [...this.config.targetShape];
    if (
      this.targetShape.some((d) => !Number.isInteger(d) || d < -1) ||
      this.targetShape.filter((d) => d === -1).length > 1
    ) {
      throw new ArgumentError(
        `targetShape holds sizes, and -1 at most once, got [${this.targetShape.map(String).join(", ")}]`,
        { layer: this.name },
      );
    }
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    return reshape(inputs, [inputs.shape[0]!, ...this.targetShape]);
  }
}

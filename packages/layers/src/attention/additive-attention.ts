import { add, expandDims, multiply, sum, tanh, type Tensor } from "@keras/ops";
import { knownSize } from "../base/sizes.ts";
import type { LayerShape } from "../base/types.ts";
import { BaseAttention, type AttentionConfig } from "./attention.ts";

/** Options of {@link AdditiveAttention}. */
export type AdditiveAttentionConfig = Omit<AttentionConfig, "scoreMode">;

/**
 * Additive attention: scores are the sum of the tanh of query plus key, weighted by what is learnt. Inputs and output are those of
 * `Attention`. Bahdanau et al. 2015.
 *
 * @throws {ArgumentError} when the inputs are no list of two or three tensors.
 * @throws {ShapeError} when the number of features is unknown.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const y = new layers.AdditiveAttention().apply([ops.ones([1, 2, 4]), ops.ones([1, 3, 4])]) as ops.Tensor;
 * console.log(y.shape); // [1, 2, 4]
 * ```
 */
export class AdditiveAttention extends BaseAttention<AdditiveAttentionConfig> {
  static override readonly className: string = "AdditiveAttention";
  static override readonly module: string = "keras.layers";

  constructor(config: AdditiveAttentionConfig = {}) {
    super(config, { useScale: true, dropout: 0, seed: null });
  }

  override build(inputShape: readonly LayerShape[]): void {
    super.build(inputShape);
    if (!this.config.useScale) return;
    const shape = [knownSize(inputShape[0]!, -1, this.path)];
    this.scale = this.addWeight({ name: "scale", shape, initializer: "glorot_uniform" });
  }

  override scores(query: Tensor, key: Tensor): Tensor {
    const mixed = tanh(add(expandDims(query, -2), expandDims(key, -3)));
    return sum(this.scale ? multiply(this.scale, mixed) : mixed, { axis: -1 });
  }
}

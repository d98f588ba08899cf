import { klDivergence } from "@keras/losses";
import type { Tensor, TensorLike } from "@keras/ops";
import { MeanMetric } from "./mean-metric.ts";
import type { MetricOptions } from "./metric.ts";

/**
 * Kullback-Leibler divergence between distributions.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.KLDivergence();
 * metric.updateState([[0, 1]], [[0.5, 0.5]]);
 * console.log(await metric.result().item()); // about 0.6931
 * ```
 */
export class KLDivergence extends MeanMetric {
  static override readonly className: string = "KLDivergence";
  static override readonly module: string = "keras.metrics";

  constructor(options: MetricOptions = {}) {
    super(options, "kl_divergence");
  }

  override values(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return klDivergence(yTrue, yPred);
  }
}

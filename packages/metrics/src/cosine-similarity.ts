import { cosineSimilarity } from "@keras/losses";
import { negative, type Tensor, type TensorLike } from "@keras/ops";
import { MeanMetric } from "./mean-metric.ts";
import type { MetricOptions } from "./metric.ts";

/** Options of {@link CosineSimilarity}. */
export interface CosineSimilarityMetricOptions extends MetricOptions {
  /** Axis of the vectors. Default -1. */
  readonly axis?: number | undefined;
}

/**
 * Cosine of the angle between targets and predictions: 1 where they point the same way. As in Keras, `axis` is not part of the config.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.CosineSimilarity();
 * metric.updateState([[1, 0], [0, 1]], [[2, 0], [1, 0]]);
 * console.log(await metric.result().item()); // 0.5
 * ```
 */
export class CosineSimilarity extends MeanMetric {
  static override readonly className: string = "CosineSimilarity";
  static override readonly module: string = "keras.metrics";
  readonly axis: number;

  constructor(options: CosineSimilarityMetricOptions = {}) {
    super(options, "cosine_similarity");
    this.axis = options.axis ?? -1;
  }

  override values(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return negative(cosineSimilarity(yTrue, yPred, { axis: this.axis }));
  }
}

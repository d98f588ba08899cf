import { categoricalHinge } from "@keras/losses";
import type { Tensor, TensorLike } from "@keras/ops";
import { MeanMetric } from "./mean-metric.ts";
import type { MetricOptions } from "./metric.ts";

/**
 * Hinge loss over classes.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.CategoricalHinge();
 * metric.updateState([[0, 1]], [[0.6, 0.4]]);
 * console.log(await metric.result().item()); // about 1.2
 * ```
 */
export class CategoricalHinge extends MeanMetric {
  static override readonly className: string = "CategoricalHinge";
  static override readonly module: string = "keras.metrics";

  constructor(options: MetricOptions = {}) {
    super(options, "categorical_hinge");
  }

  override values(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return categoricalHinge(yTrue, yPred);
  }
}

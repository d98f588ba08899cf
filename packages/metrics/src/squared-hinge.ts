import { squaredHinge } from "@keras/losses";
import type { Tensor, TensorLike } from "@keras/ops";
import { MeanMetric } from "./mean-metric.ts";
import type { MetricOptions } from "./metric.ts";

/**
 * Squared hinge loss of yes-or-no scores.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.SquaredHinge();
 * metric.updateState([[-1, 1]], [[-2, 0.5]]);
 * console.log(await metric.result().item()); // 0.125
 * ```
 */
export class SquaredHinge extends MeanMetric {
  static override readonly className: string = "SquaredHinge";
  static override readonly module: string = "keras.metrics";

  constructor(options: MetricOptions = {}) {
    super(options, "squared_hinge");
  }

  override values(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return squaredHinge(yTrue, yPred);
  }
}

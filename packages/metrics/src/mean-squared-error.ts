import { meanSquaredError } from "@keras/losses";
import type { Tensor, TensorLike } from "@keras/ops";
import { MeanMetric } from "./mean-metric.ts";
import type { MetricOptions } from "./metric.ts";

/**
 * Mean of squared differences.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.MeanSquaredError();
 * metric.updateState([[0, 1], [0, 0]], [[1, 1], [0, 0]]);
 * console.log(await metric.result().item()); // 0.25
 * ```
 */
export class MeanSquaredError extends MeanMetric {
  static override readonly className: string = "MeanSquaredError";
  static override readonly module: string = "keras.metrics";

  constructor(options: MetricOptions = {}) {
    super(options, "mean_squared_error");
  }

  override values(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return meanSquaredError(yTrue, yPred);
  }
}

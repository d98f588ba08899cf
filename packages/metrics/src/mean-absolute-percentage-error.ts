import { meanAbsolutePercentageError } from "@keras/losses";
import type { Tensor, TensorLike } from "@keras/ops";
import { MeanMetric } from "./mean-metric.ts";
import type { MetricOptions } from "./metric.ts";

/**
 * Mean of absolute differences, in percent of the targets.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.MeanAbsolutePercentageError();
 * metric.updateState([[2, 4]], [[1, 4]]);
 * console.log(await metric.result().item()); // 25
 * ```
 */
export class MeanAbsolutePercentageError extends MeanMetric {
  static override readonly className: string = "MeanAbsolutePercentageError";
  static override readonly module: string = "keras.metrics";

  constructor(options: MetricOptions = {}) {
    super(options, "mean_absolute_percentage_error");
  }

  override values(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return meanAbsolutePercentageError(yTrue, yPred);
  }
}

import { meanAbsoluteError } from "@keras/losses";
import type { Tensor, TensorLike } from "@keras/ops";
import { MeanMetric } from "./mean-metric.ts";
import type { MetricOptions } from "./metric.ts";

/**
 * Mean of absolute differences.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.MeanAbsoluteError();
 * metric.updateState([[0, 1], [0, 0]], [[2, 1], [0, 0]]);
 * console.log(await metric.result().item()); // 0.5
 * ```
 */
export class MeanAbsoluteError extends MeanMetric {
  static override readonly className: string = "MeanAbsoluteError";
  static override readonly module: string = "keras.metrics";

  constructor(options: MetricOptions = {}) {
    super(options, "mean_absolute_error");
  }

  override values(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return meanAbsoluteError(yTrue, yPred);
  }
}

import { meanSquaredLogarithmicError } from "@keras/losses";
import type { Tensor, TensorLike } from "@keras/ops";
import { MeanMetric } from "./mean-metric.ts";
import type { MetricOptions } from "./metric.ts";

/**
 * Mean of squared differences of log(1 + y).
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.MeanSquaredLogarithmicError();
 * metric.updateState([[0, 1]], [[1, 1]]);
 * console.log(await metric.result().item()); // about 0.2402
 * ```
 */
export class MeanSquaredLogarithmicError extends MeanMetric {
  static override readonly className: string = "MeanSquaredLogarithmicError";
  static override readonly module: string = "keras.metrics";

  constructor(options: MetricOptions = {}) {
    super(options, "mean_squared_logarithmic_error");
  }

  override values(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return meanSquaredLogarithmicError(yTrue, yPred);
  }
}

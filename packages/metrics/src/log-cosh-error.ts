import { logCosh } from "@keras/losses";
import type { Tensor, TensorLike } from "@keras/ops";
import { MeanMetric } from "./mean-metric.ts";
import type { MetricOptions } from "./metric.ts";

/**
 * Logarithm of the hyperbolic cosine of the error.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.LogCoshError();
 * metric.updateState([[0, 0]], [[1, 0]]);
 * console.log(await metric.result().item()); // about 0.2169
 * ```
 */
export class LogCoshError extends MeanMetric {
  static override readonly className: string = "LogCoshError";
  static override readonly module: string = "keras.metrics";

  constructor(options: MetricOptions = {}) {
    super(options, "logcosh");
  }

  override values(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return logCosh(yTrue, yPred);
  }
}

import { poisson } from "@keras/losses";
import type { Tensor, TensorLike } from "@keras/ops";
import { MeanMetric } from "./mean-metric.ts";
import type { MetricOptions } from "./metric.ts";

/**
 * Poisson loss: prediction - target · log(prediction).
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.Poisson();
 * metric.updateState([[0, 1]], [[1, 1]]);
 * console.log(await metric.result().item()); // about 1
 * ```
 */
export class Poisson extends MeanMetric {
  static override readonly className: string = "Poisson";
  static override readonly module: string = "keras.metrics";

  constructor(options: MetricOptions = {}) {
    super(options, "poisson");
  }

  override values(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return poisson(yTrue, yPred);
  }
}

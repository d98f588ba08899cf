import { hinge } from "@keras/losses";
import type { Tensor, TensorLike } from "@keras/ops";
import { MeanMetric } from "./mean-metric.ts";
import type { MetricOptions } from "./metric.ts";

/**
 * Hinge loss of yes-or-no scores.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.Hinge();
 * metric.updateState([[-1, 1]], [[-2, 0.5]]);
 * console.log(await metric.result().item()); // 0.25
 * ```
 */
export class Hinge extends MeanMetric {
  static override readonly className: string = "Hinge";
  static override readonly module: string = "keras.metrics";

  constructor(options: MetricOptions = {}) {
    super(options, "hinge");
  }

  override values(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return hinge(yTrue, yPred);
  }
}

import { alignRanks } from "@keras/losses";
import { cast, equal, floatx, toTensor, type Tensor, type TensorLike } from "@keras/ops";
import { MeanMetric } from "./mean-metric.ts";
import type { MetricOptions } from "./metric.ts";

/**
 * How often predictions equal targets.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.Accuracy();
 * metric.updateState([1, 2, 3, 4], [0, 2, 3, 4]);
 * console.log(await metric.result().item()); // 0.75
 * ```
 */
export class Accuracy extends MeanMetric {
  static override readonly className: string = "Accuracy";
  static override readonly module: string = "keras.metrics";

  constructor(options: MetricOptions = {}) {
    super(options, "accuracy");
  }

  override values(yTrue: TensorLike, yPred: TensorLike): Tensor {
    const p = toTensor(yPred);
    return cast(equal(...alignRanks(toTensor(yTrue, p.dtype), p)), floatx());
  }
}

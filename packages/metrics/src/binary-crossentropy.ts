import { binaryCrossentropy, type CrossentropyOptions } from "@keras/losses";
import type { Tensor, TensorLike } from "@keras/ops";
import { MeanMetric } from "./mean-metric.ts";
import type { MetricOptions } from "./metric.ts";

/**
 * Cross-entropy of yes-or-no predictions.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.BinaryCrossentropy({ fromLogits: true });
 * metric.updateState([[0, 1]], [[0, 0]]);
 * console.log(await metric.result().item()); // about 0.6931
 * ```
 */
export class BinaryCrossentropy extends MeanMetric {
  static override readonly className: string = "BinaryCrossentropy";
  static override readonly module: string = "keras.metrics";
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;

  constructor(options: MetricOptions & CrossentropyOptions = {}) {
    super(options, "binary_crossentropy");
    this.fromLogits = options.fromLogits ?? false;
    this.labelSmoothing = options.labelSmoothing ?? 0;
  }

  override values(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return binaryCrossentropy(yTrue, yPred, this);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), fromLogits: this.fromLogits, labelSmoothing: this.labelSmoothing };
  }
}

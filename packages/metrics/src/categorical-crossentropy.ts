import { categoricalCrossentropy, type CrossentropyOptions } from "@keras/losses";
import type { Tensor, TensorLike } from "@keras/ops";
import { MeanMetric } from "./mean-metric.ts";
import type { MetricOptions } from "./metric.ts";

/**
 * Cross-entropy of predictions over classes, with one-hot targets.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.CategoricalCrossentropy({ fromLogits: true });
 * metric.updateState([[0, 1]], [[0, 0]]);
 * console.log(await metric.result().item()); // about 0.6931
 * ```
 */
export class CategoricalCrossentropy extends MeanMetric {
  static override readonly className: string = "CategoricalCrossentropy";
  static override readonly module: string = "keras.metrics";
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  readonly axis: number;

  constructor(options: MetricOptions & CrossentropyOptions = {}) {
    super(options, "categorical_crossentropy");
    this.fromLogits = options.fromLogits ?? false;
    this.labelSmoothing = options.labelSmoothing ?? 0;
    this.axis = options.axis ?? -1;
  }

  override values(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return categoricalCrossentropy(yTrue, yPred, this);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), fromLogits: this.fromLogits, labelSmoothing: this.labelSmoothing, axis: this.axis };
  }
}

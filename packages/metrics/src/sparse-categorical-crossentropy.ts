import { sparseCategoricalCrossentropy, type SparseCategoricalCrossentropyOptions } from "@keras/losses";
import type { Tensor, TensorLike } from "@keras/ops";
import { MeanMetric } from "./mean-metric.ts";
import type { MetricOptions } from "./metric.ts";

/**
 * Cross-entropy of predictions over classes, with class indices as targets.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.SparseCategoricalCrossentropy({ fromLogits: true });
 * metric.updateState([1], [[0, 0]]);
 * console.log(await metric.result().item()); // about 0.6931
 * ```
 */
export class SparseCategoricalCrossentropy extends MeanMetric {
  static override readonly className: string = "SparseCategoricalCrossentropy";
  static override readonly module: string = "keras.metrics";
  readonly fromLogits: boolean;
  readonly ignoreClass: number | null;
  readonly axis: number;

  constructor(options: MetricOptions & SparseCategoricalCrossentropyOptions = {}) {
    super(options, "sparse_categorical_crossentropy");
    this.fromLogits = options.fromLogits ?? false;
    this.ignoreClass = options.ignoreClass ?? null;
    this.axis = options.axis ?? -1;
  }

  override values(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return sparseCategoricalCrossentropy(yTrue, yPred, this);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), fromLogits: this.fromLogits, ignoreClass: this.ignoreClass, axis: this.axis };
  }
}

import { argmax, cast, floatx, reshape, toTensor, type Tensor, type TensorLike } from "@keras/ops";
import { inTopK } from "./in-top-k.ts";
import { MeanMetric } from "./mean-metric.ts";
import type { MetricOptions } from "./metric.ts";

/** Options of {@link topKCategoricalAccuracy}. */
export interface TopKOptions {
  /** Default 5. */
  readonly k?: number | undefined;
}

/**
 * Whether the right class is among the `k` likeliest: 1 or 0 for each sample.
 *
 * @param yTrue - One-hot targets `[..., classes]`.
 * @param yPred - Scores of the same shape.
 * @param options - See the fields; or `k` itself.
 * @example
 * ```ts
 * import { metrics } from "keras";
 * console.log(await metrics.topKCategoricalAccuracy([[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.05, 0, 0.95]], { k: 2 }).array()); // [1, 0]
 * ```
 */
export function topKCategoricalAccuracy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: TopKOptions | number = {},
): Tensor {
  const { k = 5 } = typeof options === "number" ? { k: options } : options;
  const p = toTensor(yPred);
  const targets = argmax(toTensor(yTrue), { axis: -1 });
  const matches = inTopK(reshape(targets, [-1]), reshape(p, [-1, p.shape.at(-1)!]), k);
  return reshape(cast(matches, floatx()), targets.shape);
}

/**
 * How often the right class is among the `k` likeliest, with one-hot targets.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.TopKCategoricalAccuracy({ k: 1 });
 * metric.updateState([[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]]);
 * console.log(await metric.result().item()); // 0.5
 * ```
 */
export class TopKCategoricalAccuracy extends MeanMetric {
  static override readonly className: string = "TopKCategoricalAccuracy";
  static override readonly module: string = "keras.metrics";
  readonly k: number;

  constructor(options: MetricOptions & TopKOptions = {}) {
    super(options, "top_k_categorical_accuracy");
    this.k = options.k ?? 5;
  }

  override values(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return topKCategoricalAccuracy(yTrue, yPred, this);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), k: this.k };
  }
}

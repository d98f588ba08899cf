import { argmax, cast, equal, floatx, toTensor, type Tensor, type TensorLike } from "@keras/ops";
import { MeanMetric } from "./mean-metric.ts";
import type { MetricOptions } from "./metric.ts";

/**
 * Whether the likeliest class is the right one: 1 or 0 for each sample.
 *
 * @param yTrue - One-hot targets `[..., classes]`.
 * @param yPred - Scores of the same shape.
 * @example
 * ```ts
 * import { metrics } from "keras";
 * console.log(await metrics.categoricalAccuracy([[0, 1], [1, 0]], [[0.1, 0.9], [0.2, 0.8]]).array()); // [1, 0]
 * ```
 */
export function categoricalAccuracy(yTrue: TensorLike, yPred: TensorLike): Tensor {
  return cast(equal(argmax(toTensor(yTrue), { axis: -1 }), argmax(toTensor(yPred), { axis: -1 })), floatx());
}

/**
 * How often the likeliest class is the right one, with one-hot targets.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.CategoricalAccuracy();
 * metric.updateState([[0, 1], [1, 0]], [[0.1, 0.9], [0.2, 0.8]]);
 * console.log(await metric.result().item()); // 0.5
 * ```
 */
export class CategoricalAccuracy extends MeanMetric {
  static override readonly className: string = "CategoricalAccuracy";
  static override readonly module: string = "keras.metrics";

  constructor(options: MetricOptions = {}) {
    super(options, "categorical_accuracy");
  }

  override values(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return categoricalAccuracy(yTrue, yPred);
  }
}

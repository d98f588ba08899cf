import { argmax, cast, equal, floatx, squeeze, toTensor, type Tensor, type TensorLike } from "@keras/ops";
import { MeanMetric } from "./mean-metric.ts";
import type { MetricOptions } from "./metric.ts";

/**
 * Whether the likeliest class is the right one: 1 or 0 for each sample.
 *
 * @param yTrue - Class indices `[...]` or `[..., 1]`.
 * @param yPred - Scores `[..., classes]`.
 * @example
 * ```ts
 * import { metrics } from "keras";
 * console.log(await metrics.sparseCategoricalAccuracy([1, 0], [[0.1, 0.9], [0.2, 0.8]]).array()); // [1, 0]
 * ```
 */
export function sparseCategoricalAccuracy(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const p = toTensor(yPred);
  let t = toTensor(yTrue, p.dtype);
  if (t.ndim === p.ndim && t.shape.at(-1) === 1) t = squeeze(t, -1);
  const matches = cast(equal(t, cast(argmax(p, { axis: -1 }), t.dtype)), floatx());
  return matches.ndim > 1 && matches.shape.at(-1) === 1 ? squeeze(matches, -1) : matches;
}

/**
 * How often the likeliest class is the right one, with class indices as targets.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.SparseCategoricalAccuracy();
 * metric.updateState([1, 0], [[0.1, 0.9], [0.2, 0.8]]);
 * console.log(await metric.result().item()); // 0.5
 * ```
 */
export class SparseCategoricalAccuracy extends MeanMetric {
  static override readonly className: string = "SparseCategoricalAccuracy";
  static override readonly module: string = "keras.metrics";

  constructor(options: MetricOptions = {}) {
    super(options, "sparse_categorical_accuracy");
  }

  override values(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return sparseCategoricalAccuracy(yTrue, yPred);
  }
}

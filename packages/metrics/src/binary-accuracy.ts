import { alignRanks } from "@keras/losses";
import { cast, equal, floatx, greater, toTensor, type Tensor, type TensorLike } from "@keras/ops";
import { MeanMetric } from "./mean-metric.ts";
import type { MetricOptions } from "./metric.ts";

/** Options of {@link binaryAccuracy}. */
export interface BinaryAccuracyOptions {
  /** Above it, a prediction counts as 1. Default 0.5. */
  readonly threshold?: number | undefined;
}

/**
 * Whether yes-or-no predictions are right: 1 or 0 for each.
 *
 * @param yTrue - Targets 0 and 1.
 * @param yPred - Probabilities of the same shape.
 * @example
 * ```ts
 * import { metrics } from "keras";
 * console.log(await metrics.binaryAccuracy([[1], [0]], [[0.9], [0.8]]).array()); // [[1], [0]]
 * ```
 */
export function binaryAccuracy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: BinaryAccuracyOptions | number = {},
): Tensor {
  const { threshold = 0.5 } = typeof options === "number" ? { threshold: options } : options;
  const [t, p] = alignRanks(toTensor(yTrue), toTensor(yPred));
  return cast(equal(t, cast(greater(p, threshold), t.dtype)), floatx());
}

/**
 * How often yes-or-no predictions are right.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.BinaryAccuracy();
 * metric.updateState([[1], [1], [0], [0]], [[0.98], [1], [0], [0.6]]);
 * console.log(await metric.result().item()); // 0.75
 * ```
 */
export class BinaryAccuracy extends MeanMetric {
  static override readonly className: string = "BinaryAccuracy";
  static override readonly module: string = "keras.metrics";
  readonly threshold: number;

  constructor(options: MetricOptions & BinaryAccuracyOptions = {}) {
    super(options, "binary_accuracy");
    this.threshold = options.threshold ?? 0.5;
  }

  override values(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return binaryAccuracy(yTrue, yPred, this);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), threshold: this.threshold };
  }
}

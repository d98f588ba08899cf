import { alignRanks } from "@keras/losses";
import { divide, mean, multiply, std, subtract, toTensor, type Tensor, type TensorLike } from "@keras/ops";
import { MeanMetric } from "./mean-metric.ts";
import type { MetricOptions } from "./metric.ts";

/** Options of the correlations. */
export interface CorrelationOptions {
  /** Axis along which values are correlated. Default -1. */
  readonly axis?: number | undefined;
}

/**
 * Pearson's correlation of targets and predictions along an axis: 1 where one is a rising line of the other.
 *
 * @param yTrue - Targets.
 * @param yPred - Predictions of the same shape.
 * @param options - See the fields; or the axis itself.
 * @returns The shape without the axis.
 * @example
 * ```ts
 * import { metrics } from "keras";
 * console.log(await metrics.pearsonCorrelation([[0, 1, 0.5]], [[1, 3, 2]]).array()); // about [1]
 * ```
 */
export function pearsonCorrelation(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: CorrelationOptions | number = {},
): Tensor {
  const { axis = -1 } = typeof options === "number" ? { axis: options } : options;
  const p = toTensor(yPred);
  const [a, b] = alignRanks(toTensor(yTrue, p.dtype), p).map((x) => {
    const centered = subtract(x, mean(x, { axis, keepdims: true }));
    return divide(centered, std(centered, { axis, keepdims: true }));
  });
  return mean(multiply(a!, b!), { axis });
}

/**
 * Mean of Pearson's correlations of the samples.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.PearsonCorrelation();
 * metric.updateState([[0, 1, 0.5]], [[1, 3, 2]]);
 * console.log(await metric.result().item()); // about 1
 * ```
 */
export class PearsonCorrelation extends MeanMetric {
  static override readonly className: string = "PearsonCorrelation";
  static override readonly module: string = "keras.metrics";
  readonly axis: number;

  constructor(options: MetricOptions & CorrelationOptions = {}) {
    super(options, "pearson_correlation");
    this.axis = options.axis ?? -1;
  }

  override values(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return pearsonCorrelation(yTrue, yPred, this);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axis: this.axis };
  }
}

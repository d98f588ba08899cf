import { alignRanks } from "@keras/losses";
import {
  add,
  divide,
  epsilon,
  mean,
  multiply,
  square,
  subtract,
  toTensor,
  var_,
  type Tensor,
  type TensorLike,
} from "@keras/ops";
import { MeanMetric } from "./mean-metric.ts";
import type { MetricOptions } from "./metric.ts";
import type { CorrelationOptions } from "./pearson-correlation.ts";

/**
 * Lin's concordance of targets and predictions along an axis: 1 where they are equal (Lin, 1989).
 *
 * @param yTrue - Targets.
 * @param yPred - Predictions of the same shape.
 * @param options - See the fields; or the axis itself.
 * @returns The shape without the axis.
 * @example
 * ```ts
 * import { metrics } from "keras";
 * console.log(await metrics.concordanceCorrelation([[0, 1, 0.5]], [[0, 1, 0.5]]).array()); // about [1]
 * ```
 */
export function concordanceCorrelation(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: CorrelationOptions | number = {},
): Tensor {
  const { axis = -1 } = typeof options === "number" ? { axis: options } : options;
  const predicted = toTensor(yPred);
  const [t, p] = alignRanks(toTensor(yTrue, predicted.dtype), predicted);
  const over = { axis, keepdims: true };
  const [tMean, pMean] = [mean(t, over), mean(p, over)];
  // Deviations from one and the same mean: their product sums to the covariance all the same.
  const product = multiply(subtract(t, pMean), subtract(p, pMean));
  const spread = add(
    add(var_(subtract(t, tMean), over), var_(subtract(p, pMean), over)),
    square(subtract(tMean, pMean)),
  );
  return mean(divide(multiply(2, product), add(spread, epsilon())), { axis });
}

/**
 * Mean of the concordances of the samples.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.ConcordanceCorrelation();
 * metric.updateState([[0, 1, 0.5]], [[0, 1, 0.5]]);
 * console.log(await metric.result().item()); // about 1
 * ```
 */
export class ConcordanceCorrelation extends MeanMetric {
  static override readonly className: string = "ConcordanceCorrelation";
  static override readonly module: string = "keras.metrics";
  readonly axis: number;

  constructor(options: MetricOptions & CorrelationOptions = {}) {
    super(options, "concordance_correlation");
    this.axis = options.axis ?? -1;
  }

  override values(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return concordanceCorrelation(yTrue, yPred, this);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axis: this.axis };
  }
}

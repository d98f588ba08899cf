import { add, cast, divideNoNan, onesLike, sum, type Tensor, type TensorLike, type Variable } from "@keras/ops";
import { Metric, type MetricOptions, type UpdateOptions } from "./metric.ts";
import { reduceToSamplewiseValues, type Samplewise } from "./samplewise.ts";

/** Sum of the weights; without weights, the number of samples. */
function countOf({ values, weights }: Samplewise): Tensor | number {
  if (weights !== null) return sum(weights);
  if (values.ndim === 0) return 1;
  const [n] = values.shape;
  return typeof n === "number" ? n : sum(onesLike(values));
}

/** Gathers a weighted mean. What is averaged is up to the subclass. */
export abstract class MeanBase extends Metric {
  readonly total: Variable;
  readonly count: Variable;

  constructor(options: MetricOptions = {}, defaultName?: string) {
    super(options, defaultName);
    this.total = this.addVariable([], "zeros", { name: "total", dtype: this.dtype });
    this.count = this.addVariable([], "zeros", { name: "count", dtype: this.dtype });
  }

  /** Adds the values of a batch to the mean. */
  addValues(values: TensorLike, sampleWeight: TensorLike | null = null): void {
    const samples = reduceToSamplewiseValues(values, sampleWeight, "mean", this.dtype);
    const count = countOf(samples);
    this.total.assign(add(this.total, sum(samples.values)));
    this.count.assign(add(this.count, typeof count === "number" ? count : cast(count, this.dtype)));
  }

  override result(): Tensor {
    return divideNoNan(this.total, this.count);
  }
}

/**
 * The weighted mean of values.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.Mean();
 * metric.updateState([1, 3]);
 * metric.updateState([5, 7], { sampleWeight: [1, 0] });
 * console.log(await metric.result().item()); // 3
 * ```
 */
export class Mean extends MeanBase {
  static override readonly className: string = "Mean";
  static override readonly module: string = "keras.metrics";

  constructor(options: MetricOptions = {}) {
    super(options, "mean");
  }

  override updateState(values: TensorLike, options: UpdateOptions = {}): void {
    this.addValues(values, options.sampleWeight ?? null);
  }
}

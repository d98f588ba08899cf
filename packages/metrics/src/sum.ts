import { add, sum, type Tensor, type TensorLike, type Variable } from "@keras/ops";
import { Metric, type MetricOptions, type UpdateOptions } from "./metric.ts";
import { reduceToSamplewiseValues } from "./samplewise.ts";

/**
 * The weighted sum of values.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.Sum();
 * metric.updateState([1, 3]);
 * metric.updateState([5], { sampleWeight: [2] });
 * console.log(await metric.result().item()); // 14
 * ```
 */
export class Sum extends Metric {
  static override readonly className: string = "Sum";
  static override readonly module: string = "keras.metrics";
  readonly total: Variable;

  constructor(options: MetricOptions = {}) {
    super(options, "sum");
    this.total = this.addVariable([], "zeros", { name: "total", dtype: this.dtype });
  }

  override updateState(values: TensorLike, options: UpdateOptions = {}): void {
    const samples = reduceToSamplewiseValues(values, options.sampleWeight ?? null, "sum", this.dtype);
    this.total.assign(add(this.total, sum(samples.values)));
  }

  override result(): Tensor {
    return this.total.value;
  }
}

import { alignRanks } from "@keras/losses";
import { sqrt, square, subtract, toTensor, type Tensor, type TensorLike } from "@keras/ops";
import { MeanBase } from "./mean.ts";
import type { MetricOptions, UpdateOptions } from "./metric.ts";

/**
 * Root of the mean of squared differences.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.RootMeanSquaredError();
 * metric.updateState([[0, 1], [0, 0]], [[1, 1], [0, 0]]);
 * console.log(await metric.result().item()); // 0.5
 * ```
 */
export class RootMeanSquaredError extends MeanBase {
  static override readonly className: string = "RootMeanSquaredError";
  static override readonly module: string = "keras.metrics";

  constructor(options: MetricOptions = {}) {
    super(options, "root_mean_squared_error");
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, options: UpdateOptions = {}): void {
    const [t, p] = alignRanks(toTensor(yTrue, this.dtype), toTensor(yPred, this.dtype));
    this.addValues(square(subtract(p, t)), options.sampleWeight ?? null);
  }

  override result(): Tensor {
    return sqrt(super.result());
  }
}

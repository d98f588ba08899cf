import { getItem, type Tensor, type TensorLike, type Variable } from "@keras/ops";
import { updateCounts, type Counts } from "./confusion.ts";
import { Metric, type MetricOptions, type UpdateOptions } from "./metric.ts";
import { areEven, parseThresholds, type Thresholds } from "./thresholds.ts";

/** Options of the counts. */
export interface CountMetricOptions extends MetricOptions {
  /** In [0, 1]: above it, a prediction counts as positive. Several give one count each. Default 0.5. */
  readonly thresholds?: Thresholds | null | undefined;
}

/** Counts one kind of outcome of yes-or-no predictions. */
export abstract class CountMetric extends Metric {
  /** As they were given. */
  readonly givenThresholds: Thresholds | null;
  readonly thresholds: readonly number[];
  readonly accumulator: Variable;
  /** What is counted. */
  abstract readonly counted: keyof Counts;

  /** @throws {ArgumentError} when a threshold is outside [0, 1]. */
  constructor(options: CountMetricOptions = {}) {
    super(options);
    this.givenThresholds = options.thresholds ?? null;
    this.thresholds = parseThresholds(this.givenThresholds, 0.5);
    this.accumulator = this.addVariable([this.thresholds.length], "zeros", { name: "accumulator" });
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, options: UpdateOptions = {}): void {
    const { thresholds } = this;
    updateCounts({ [this.counted]: this.accumulator }, yTrue, yPred, {
      thresholds,
      even: areEven(thresholds),
      sampleWeight: options.sampleWeight,
    });
  }

  override result(): Tensor {
    return this.thresholds.length === 1 ? getItem(this.accumulator, 0) : this.accumulator.value;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), thresholds: this.givenThresholds };
  }
}

/**
 * How many predictions are rightly positive.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.TruePositives();
 * metric.updateState([0, 1, 1, 1], [1, 0, 1, 1]);
 * console.log(await metric.result().item()); // 2
 * ```
 */
export class TruePositives extends CountMetric {
  static override readonly className: string = "TruePositives";
  static override readonly module: string = "keras.metrics";
  readonly counted = "truePositives" as const;
}

/**
 * How many predictions are wrongly positive.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.FalsePositives();
 * metric.updateState([0, 1, 0, 0], [1, 0, 1, 1]);
 * console.log(await metric.result().item()); // 3
 * ```
 */
export class FalsePositives extends CountMetric {
  static override readonly className: string = "FalsePositives";
  static override readonly module: string = "keras.metrics";
  readonly counted = "falsePositives" as const;
}

/**
 * How many predictions are rightly negative.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.TrueNegatives();
 * metric.updateState([0, 1, 0, 0], [1, 1, 0, 0]);
 * console.log(await metric.result().item()); // 2
 * ```
 */
export class TrueNegatives extends CountMetric {
  static override readonly className: string = "TrueNegatives";
  static override readonly module: string = "keras.metrics";
  readonly counted = "trueNegatives" as const;
}

/**
 * How many predictions are wrongly negative.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.FalseNegatives();
 * metric.updateState([0, 1, 1, 1], [0, 1, 0, 0]);
 * console.log(await metric.result().item()); // 2
 * ```
 */
export class FalseNegatives extends CountMetric {
  static override readonly className: string = "FalseNegatives";
  static override readonly module: string = "keras.metrics";
  readonly counted = "falseNegatives" as const;
}

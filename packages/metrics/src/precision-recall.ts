import { add, divideNoNan, getItem, type Tensor, type TensorLike, type Variable } from "@keras/ops";
import { updateCounts } from "./confusion.ts";
import { Metric, type MetricOptions, type UpdateOptions } from "./metric.ts";
import { areEven, BELOW_ALL, parseThresholds, type Thresholds } from "./thresholds.ts";

/** Options of {@link Precision} and {@link Recall}. */
export interface PrecisionRecallOptions extends MetricOptions {
  /** In [0, 1]: above it, a prediction counts as positive. Several give one value each. Default 0.5; with `topK`, none. */
  readonly thresholds?: Thresholds | null | undefined;
  /** Only the `topK` largest scores of a sample count as predicted. */
  readonly topK?: number | null | undefined;
  /** Only this class is looked at. */
  readonly classId?: number | null | undefined;
}

/** Share of the true positives in something. */
export abstract class TruePositiveShare extends Metric {
  /** As they were given. */
  readonly givenThresholds: Thresholds | null;
  readonly thresholds: readonly number[];
  readonly topK: number | null;
  readonly classId: number | null;
  readonly truePositives: Variable;
  /** What, with the true positives, makes up the whole. */
  readonly others: Variable;

  /** @throws {ArgumentError} when a threshold is outside [0, 1]. */
  constructor(options: PrecisionRecallOptions, others: "false_positives" | "false_negatives") {
    super(options);
    this.givenThresholds = options.thresholds ?? null;
    this.topK = options.topK ?? null;
    this.classId = options.classId ?? null;
    this.thresholds = parseThresholds(this.givenThresholds, this.topK === null ? 0.5 : BELOW_ALL);
    const shape = [this.thresholds.length];
    this.truePositives = this.addVariable(shape, "zeros", { name: "true_positives" });
    this.others = this.addVariable(shape, "zeros", { name: others });
  }

  /** Under which name the others are counted. */
  abstract readonly counted: "falsePositives" | "falseNegatives";

  override updateState(yTrue: TensorLike, yPred: TensorLike, options: UpdateOptions = {}): void {
    const { truePositives, counted, others, thresholds, topK, classId } = this;
    const { sampleWeight } = options;
    updateCounts({ truePositives, [counted]: others }, yTrue, yPred, {
      thresholds,
      even: areEven(thresholds),
      topK,
      classId,
      sampleWeight,
    });
  }

  override result(): Tensor {
    const share = divideNoNan(this.truePositives, add(this.truePositives, this.others));
    return this.thresholds.length === 1 ? getItem(share, 0) : share;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), thresholds: this.givenThresholds, topK: this.topK, classId: this.classId };
  }
}

/**
 * Share of the right ones in what is predicted as positive.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.Precision();
 * metric.updateState([0, 1, 1, 1], [1, 0, 1, 1]);
 * console.log(await metric.result().item()); // about 0.6667
 * ```
 */
export class Precision extends TruePositiveShare {
  static override readonly className: string = "Precision";
  static override readonly module: string = "keras.metrics";
  readonly counted = "falsePositives" as const;

  /** @throws {ArgumentError} when a threshold is outside [0, 1]. */
  constructor(options: PrecisionRecallOptions = {}) {
    super(options, "false_positives");
  }
}

/**
 * Share of what is predicted as positive in what is positive.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.Recall();
 * metric.updateState([0, 1, 1, 1], [1, 0, 1, 1]);
 * console.log(await metric.result().item()); // about 0.6667
 * ```
 */
export class Recall extends TruePositiveShare {
  static override readonly className: string = "Recall";
  static override readonly module: string = "keras.metrics";
  readonly counted = "falseNegatives" as const;

  /** @throws {ArgumentError} when a threshold is outside [0, 1]. */
  constructor(options: PrecisionRecallOptions = {}) {
    super(options, "false_negatives");
  }
}

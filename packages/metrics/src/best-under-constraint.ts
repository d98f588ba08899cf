import {
  add,
  ArgumentError,
  divideNoNan,
  greaterEqual,
  max,
  where,
  type Tensor,
  type TensorLike,
  type Variable,
} from "@keras/ops";
import { updateCounts } from "./confusion.ts";
import { Metric, type MetricOptions, type UpdateOptions } from "./metric.ts";
import { innerThresholds } from "./thresholds.ts";

/** Options of the metrics that hold one rate and maximize another. */
export interface BestUnderConstraintOptions extends MetricOptions {
  /** Default 200. */
  readonly numThresholds?: number | undefined;
  /** Only this class is looked at. */
  readonly classId?: number | null | undefined;
}

/** The largest value of one rate over the thresholds at which another is at least a given one. */
export abstract class BestUnderConstraint extends Metric {
  readonly least: number;
  readonly numThresholds: number;
  readonly thresholds: readonly number[];
  readonly classId: number | null;
  readonly truePositives: Variable;
  readonly falsePositives: Variable;
  readonly trueNegatives: Variable;
  readonly falseNegatives: Variable;

  /** @throws {ArgumentError} when the least rate is outside [0, 1], or there is no threshold. */
  constructor(options: BestUnderConstraintOptions, least: number) {
    super(options);
    const { numThresholds = 200, classId = null } = options;
    if (!(least >= 0 && least <= 1)) throw new ArgumentError(`the rate to keep must lie in [0, 1], got ${least}`);
    if (!Number.isInteger(numThresholds) || numThresholds < 1)
      throw new ArgumentError(`numThresholds must be a positive integer, got ${numThresholds}`);
    this.least = least;
    this.numThresholds = numThresholds;
    this.classId = classId;
    this.thresholds = numThresholds === 1 ? [0.5] : [0, ...innerThresholds(numThresholds), 1];
    const counter = (name: string): Variable => this.addVariable([this.thresholds.length], "zeros", { name });
    this.truePositives = counter("true_positives");
    this.falsePositives = counter("false_positives");
    this.trueNegatives = counter("true_negatives");
    this.falseNegatives = counter("false_negatives");
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, options: UpdateOptions = {}): void {
    const { thresholds, classId } = this;
    updateCounts(this, yTrue, yPred, {
      thresholds,
      even: thresholds.length > 1,
      classId,
      sampleWeight: options.sampleWeight,
    });
  }

  /** True positives in what is positive. */
  get sensitivities(): Tensor {
    return divideNoNan(this.truePositives, add(this.truePositives, this.falseNegatives));
  }
  /** True negatives in what is negative. */
  get specificities(): Tensor {
    return divideNoNan(this.trueNegatives, add(this.trueNegatives, this.falsePositives));
  }
  /** True positives in what is predicted as positive. */
  get precisions(): Tensor {
    return divideNoNan(this.truePositives, add(this.truePositives, this.falsePositives));
  }

  /** The largest of `rates` where `held` is large enough; 0 where it nowhere is. */
  best(held: Tensor, rates: Tensor): Tensor {
    return max(where(greaterEqual(held, this.least), rates, 0));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), numThresholds: this.numThresholds, classId: this.classId };
  }
}

/** Options of {@link SensitivityAtSpecificity}. */
export interface SensitivityAtSpecificityOptions extends BestUnderConstraintOptions {
  /** Least specificity, in [0, 1]. */
  readonly specificity: number;
}

/**
 * The best sensitivity at which the specificity is at least a given one.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.SensitivityAtSpecificity({ specificity: 0.5 });
 * metric.updateState([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]);
 * console.log((await metric.result().item()).toFixed(2)); // 0.50
 * ```
 */
export class SensitivityAtSpecificity extends BestUnderConstraint {
  static override readonly className: string = "SensitivityAtSpecificity";
  static override readonly module: string = "keras.metrics";

  /** @throws {ArgumentError} when the specificity is outside [0, 1]. */
  constructor(options: SensitivityAtSpecificityOptions) {
    super(options, options.specificity);
  }

  override result(): Tensor {
    return this.best(this.specificities, this.sensitivities);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), specificity: this.least };
  }
}

/** Options of {@link SpecificityAtSensitivity}. */
export interface SpecificityAtSensitivityOptions extends BestUnderConstraintOptions {
  /** Least sensitivity, in [0, 1]. */
  readonly sensitivity: number;
}

/**
 * The best specificity at which the sensitivity is at least a given one.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.SpecificityAtSensitivity({ sensitivity: 0.5 });
 * metric.updateState([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]);
 * console.log((await metric.result().item()).toFixed(2)); // 0.67
 * ```
 */
export class SpecificityAtSensitivity extends BestUnderConstraint {
  static override readonly className: string = "SpecificityAtSensitivity";
  static override readonly module: string = "keras.metrics";

  /** @throws {ArgumentError} when the sensitivity is outside [0, 1]. */
  constructor(options: SpecificityAtSensitivityOptions) {
    super(options, options.sensitivity);
  }

  override result(): Tensor {
    return this.best(this.sensitivities, this.specificities);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), sensitivity: this.least };
  }
}

/** Options of {@link PrecisionAtRecall}. */
export interface PrecisionAtRecallOptions extends BestUnderConstraintOptions {
  /** Least recall, in [0, 1]. */
  readonly recall: number;
}

/**
 * The best precision at which the recall is at least a given one.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.PrecisionAtRecall({ recall: 0.5 });
 * metric.updateState([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]);
 * console.log((await metric.result().item()).toFixed(2)); // 0.50
 * ```
 */
export class PrecisionAtRecall extends BestUnderConstraint {
  static override readonly className: string = "PrecisionAtRecall";
  static override readonly module: string = "keras.metrics";

  /** @throws {ArgumentError} when the recall is outside [0, 1]. */
  constructor(options: PrecisionAtRecallOptions) {
    super(options, options.recall);
  }

  override result(): Tensor {
    return this.best(this.sensitivities, this.precisions);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), recall: this.least };
  }
}

/** Options of {@link RecallAtPrecision}. */
export interface RecallAtPrecisionOptions extends BestUnderConstraintOptions {
  /** Least precision, in [0, 1]. */
  readonly precision: number;
}

/**
 * The best recall at which the precision is at least a given one.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.RecallAtPrecision({ precision: 0.5 });
 * metric.updateState([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]);
 * console.log((await metric.result().item()).toFixed(2)); // 1.00
 * ```
 */
export class RecallAtPrecision extends BestUnderConstraint {
  static override readonly className: string = "RecallAtPrecision";
  static override readonly module: string = "keras.metrics";

  /** @throws {ArgumentError} when the precision is outside [0, 1]. */
  constructor(options: RecallAtPrecisionOptions) {
    super(options, options.precision);
  }

  override result(): Tensor {
    return this.best(this.precisions, this.sensitivities);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), precision: this.least };
  }
}

import {
  absolute,
  add,
  ArgumentError,
  cast,
  divide,
  epsilon,
  expandDims,
  formatShape,
  greater,
  greaterEqual,
  logicalAnd,
  max,
  mean,
  multiply,
  ShapeError,
  subtract,
  sum,
  toTensor,
  type Tensor,
  type TensorLike,
  type Variable,
} from "@keras/ops";
import { Metric, type MetricOptions, type UpdateOptions } from "./metric.ts";

/** How the scores of the classes become one; null leaves them as they are. */
export type ScoreAverage = "micro" | "macro" | "weighted" | null;

/** Options of {@link F1Score}. */
export interface F1ScoreOptions extends MetricOptions {
  /** Default null. */
  readonly average?: ScoreAverage | undefined;
  /** In (0, 1]: above it, a class counts as predicted. Default: the class of the largest score. */
  readonly threshold?: number | null | undefined;
}

/** Options of {@link FBetaScore}. */
export interface FBetaScoreOptions extends F1ScoreOptions {
  /** How much more recall counts than precision. Default 1. */
  readonly beta?: number | undefined;
}

/**
 * Weighted harmonic mean of precision and recall, by class.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.FBetaScore({ beta: 2, threshold: 0.5 });
 * metric.updateState([[1, 1], [1, 0], [0, 1]], [[0.2, 0.6], [0.6, 0.2], [0.8, 0.6]]);
 * console.log(await metric.result().array()); // about [0.5, 1]
 * ```
 */
export class FBetaScore extends Metric {
  static override readonly className: string = "FBetaScore";
  static override readonly module: string = "keras.metrics";
  readonly average: ScoreAverage;
  readonly beta: number;
  readonly threshold: number | null;
  truePositives: Variable | null = null;
  falsePositives: Variable | null = null;
  falseNegatives: Variable | null = null;
  intermediateWeights: Variable | null = null;

  /** @throws {ArgumentError} when an option is out of range. */
  constructor(options: FBetaScoreOptions = {}, defaultName = "fbeta_score") {
    super(options, defaultName);
    const { average = null, beta = 1, threshold = null } = options;
    if (![null, "micro", "macro", "weighted"].includes(average))
      throw new ArgumentError(`average must be 'micro', 'macro', 'weighted' or null, got '${String(average)}'`);
    if (!(beta > 0)) throw new ArgumentError(`beta must be above 0, got ${beta}`);
    if (threshold !== null && !(threshold > 0 && threshold <= 1))
      throw new ArgumentError(`threshold must lie in (0, 1], got ${threshold}`);
    this.average = average;
    this.beta = beta;
    this.threshold = threshold;
  }

  build(yTrue: Tensor, yPred: Tensor): void {
    if (yTrue.ndim !== 2 || yPred.ndim !== 2) {
      throw new ShapeError(
        `the metric '${this.name}' takes [samples, classes], got targets ${formatShape(yTrue.shape)} and predictions ${formatShape(yPred.shape)}`,
      );
    }
    const shape = this.average === "micro" ? [] : [yPred.shape[1]!];
    const counter = (name: string): Variable => this.addVariable(shape, "zeros", { name, dtype: this.dtype });
    this.truePositives = counter("true_positives");
    this.falsePositives = counter("false_positives");
    this.falseNegatives = counter("false_negatives");
    this.intermediateWeights = counter("intermediate_weights");
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, options: UpdateOptions = {}): void {
    const [t, scores] = [toTensor(yTrue, this.dtype), toTensor(yPred, this.dtype)];
    if (this.truePositives === null) this.build(t, scores);
    const chosen =
      this.threshold === null
        ? logicalAnd(greaterEqual(scores, max(scores, { axis: -1, keepdims: true })), greater(absolute(scores), 1e-9))
        : greater(scores, this.threshold);
    const p = cast(chosen, this.dtype);
    const { sampleWeight = null } = options;
    const weight = sampleWeight === null ? null : expandDims(toTensor(sampleWeight, this.dtype), 1);
    const grow = (counter: Variable, by: Tensor): void => {
      counter.assign(
        add(counter, sum(weight === null ? by : multiply(by, weight), { axis: this.average === "micro" ? null : 0 })),
      );
    };
    grow(this.truePositives!, multiply(p, t));
    grow(this.falsePositives!, multiply(p, subtract(1, t)));
    grow(this.falseNegatives!, multiply(subtract(1, p), t));
    grow(this.intermediateWeights!, t);
  }

  /** @throws {ShapeError} before the first batch: the number of classes is not known. */
  override result(): Tensor {
    const { truePositives: tp, falsePositives: fp, falseNegatives: fn, intermediateWeights: weights } = this;
    if (!tp || !fp || !fn || !weights)
      throw new ShapeError(`the metric '${this.name}' does not know the number of classes before the first batch`);
    const share = (others: Variable): Tensor => divide(tp, add(add(tp, others), epsilon()));
    const [precision, recall] = [share(fp), share(fn)];
    const square = this.beta ** 2;
    const ratio = divide(multiply(precision, recall), add(add(multiply(square, precision), recall), epsilon()));
    const score = multiply(ratio, 1 + square);
    if (this.average === "weighted") return sum(multiply(score, divide(weights, add(sum(weights), epsilon()))));
    return this.average === null ? score : mean(score);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), average: this.average, beta: this.beta, threshold: this.threshold };
  }
}

/**
 * Harmonic mean of precision and recall, by class.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.F1Score({ threshold: 0.5 });
 * metric.updateState([[1, 1], [1, 0], [0, 1]], [[0.2, 0.6], [0.6, 0.2], [0.8, 0.6]]);
 * console.log(await metric.result().array()); // about [0.5, 1]
 * ```
 */
export class F1Score extends FBetaScore {
  static override readonly className: string = "F1Score";
  static override readonly module: string = "keras.metrics";

  /** @throws {ArgumentError} when an option is out of range. */
  constructor(options: F1ScoreOptions = {}) {
    super({ ...options, beta: 1 }, "f1_score");
  }

  override getConfig(): Record<string, unknown> {
    const { beta: _, ...config } = super.getConfig();
    return config;
  }
}

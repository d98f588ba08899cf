import { alignRanks } from "@keras/losses";
import {
  add,
  ArgumentError,
  broadcastTo,
  divide,
  expandDims,
  formatShape,
  greaterEqual,
  isinf,
  mean,
  multiply,
  ShapeError,
  square,
  subtract,
  sum,
  toTensor,
  where,
  type Tensor,
  type TensorLike,
  type Variable,
} from "@keras/ops";
import { Metric, type MetricOptions, type UpdateOptions } from "./metric.ts";

/** Options of {@link R2Score}. */
export interface R2ScoreOptions extends MetricOptions {
  /** How the scores of the outputs become one; null leaves them as they are. Default `uniform_average`. */
  readonly classAggregation?: "uniform_average" | "variance_weighted_average" | null | undefined;
  /** Number of inputs, for the adjusted score. Default 0: not adjusted. */
  readonly numRegressors?: number | undefined;
}

/**
 * Coefficient of determination: the share of the variance of the targets that the predictions explain.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.R2Score();
 * metric.updateState([[1], [4], [3]], [[2], [4], [4]]);
 * console.log(await metric.result().item()); // about 0.5714
 * ```
 */
export class R2Score extends Metric {
  static override readonly className: string = "R2Score";
  static override readonly module: string = "keras.metrics";
  readonly classAggregation: "uniform_average" | "variance_weighted_average" | null;
  readonly numRegressors: number;
  readonly numSamples: Variable;
  squaredSum: Variable | null = null;
  sum: Variable | null = null;
  residual: Variable | null = null;
  count: Variable | null = null;

  /** @throws {ArgumentError} when an option is out of range. */
  constructor(options: R2ScoreOptions = {}) {
    super(options, "r2_score");
    const { classAggregation = "uniform_average", numRegressors = 0 } = options;
    if (![null, "uniform_average", "variance_weighted_average"].includes(classAggregation)) {
      throw new ArgumentError(
        `classAggregation must be 'uniform_average', 'variance_weighted_average' or null, got '${String(classAggregation)}'`,
      );
    }
    if (!(numRegressors >= 0)) throw new ArgumentError(`numRegressors must be at least 0, got ${numRegressors}`);
    this.classAggregation = classAggregation;
    this.numRegressors = numRegressors;
    this.numSamples = this.addVariable([], "zeros", { name: "num_samples" });
  }

  build(yTrue: Tensor, yPred: Tensor): void {
    if (yTrue.ndim !== 2 || yPred.ndim !== 2) {
      throw new ShapeError(
        `the metric '${this.name}' takes [samples, outputs], got targets ${formatShape(yTrue.shape)} and predictions ${formatShape(yPred.shape)}`,
      );
    }
    const counter = (name: string): Variable => this.addVariable([yPred.shape[1]!], "zeros", { name });
    this.squaredSum = counter("squared_sum");
    this.sum = counter("sum");
    this.residual = counter("residual");
    this.count = counter("count");
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, options: UpdateOptions = {}): void {
    const [t, p] = alignRanks(toTensor(yTrue, this.dtype), toTensor(yPred, this.dtype));
    if (this.count === null) this.build(t, p);
    const given = toTensor(options.sampleWeight ?? 1, this.dtype);
    const weight = broadcastTo(given.ndim === 1 ? expandDims(given, 1) : given, t.shape);
    const grow = (counter: Variable, by: Tensor): void => void counter.assign(add(counter, sum(by, { axis: 0 })));
    const weighted = multiply(t, weight);
    grow(this.sum!, weighted);
    grow(this.squaredSum!, multiply(t, weighted));
    grow(this.residual!, multiply(square(subtract(t, p)), weight));
    grow(this.count!, weight);
    this.numSamples.assign(add(this.numSamples, t.size));
  }

  /** @throws {ShapeError} before the first batch: the number of outputs is not known. */
  override result(): Tensor {
    const { sum: total, squaredSum, residual, count } = this;
    if (!total || !squaredSum || !residual || !count)
      throw new ShapeError(`the metric '${this.name}' does not know the number of outputs before the first batch`);
    const spread = subtract(squaredSum, multiply(total, divide(total, count)));
    const raw = subtract(1, divide(residual, spread));
    return this.adjust(this.aggregate(where(isinf(raw), 0, raw), spread));
  }

  aggregate(scores: Tensor, spread: Tensor): Tensor {
    if (this.classAggregation === null) return scores;
    return this.classAggregation === "uniform_average"
      ? mean(scores)
      : divide(sum(multiply(spread, scores)), sum(spread));
  }

  /** The score less what as many inputs explain by chance; as it is where there are too few samples for that. */
  adjust(score: Tensor): Tensor {
    if (this.numRegressors === 0) return score;
    const free = subtract(subtract(this.numSamples, this.numRegressors), 1);
    const adjusted = subtract(1, divide(multiply(subtract(1, score), subtract(this.numSamples, 1)), free));
    return where(greaterEqual(0, free), score, adjusted);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), classAggregation: this.classAggregation, numRegressors: this.numRegressors };
  }
}

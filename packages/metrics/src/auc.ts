import {
  add,
  ArgumentError,
  divide,
  divideNoNan,
  equal,
  epsilon,
  float,
  getItem,
  greater,
  log,
  logicalAnd,
  maximum,
  mean,
  minimum,
  multiply,
  ShapeError,
  sigmoid,
  subtract,
  sum,
  toTensor,
  where,
  type Tensor,
  type TensorLike,
  type Variable,
} from "@keras/ops";
import { updateCounts } from "./confusion.ts";
import { Metric, type MetricOptions, type UpdateOptions } from "./metric.ts";
import { areEven, innerThresholds, parseThresholds } from "./thresholds.ts";

/** Which curve the area lies under: true over false positive rate, precision over recall, or their gains. */
export type AUCCurve = "ROC" | "PR" | "PRGAIN";

/** How the area between two thresholds is taken. */
export type AUCSummationMethod = "interpolation" | "minoring" | "majoring";

/** Options of {@link AUC}. */
export interface AUCOptions extends MetricOptions {
  /** How finely the curve is drawn. Default 200. */
  readonly numThresholds?: number | undefined;
  /** Default `ROC`. */
  readonly curve?: AUCCurve | Lowercase<AUCCurve> | undefined;
  /** Default `interpolation`. */
  readonly summationMethod?: AUCSummationMethod | Capitalize<AUCSummationMethod> | undefined;
  /** In [0, 1]; in place of `numThresholds`. */
  readonly thresholds?: readonly number[] | null | undefined;
  /** Mean of the areas of the labels, each taken by itself. Default false. */
  readonly multiLabel?: boolean | undefined;
  /** Number of labels; if not given, it is known from the first batch. Only with `multiLabel`. */
  readonly numLabels?: number | null | undefined;
  /** Weight of each label. */
  readonly labelWeights?: readonly number[] | null | undefined;
  /** Predictions are logits, not probabilities. Default false. */
  readonly fromLogits?: boolean | undefined;
}

const CURVES: readonly string[] = ["ROC", "PR", "PRGAIN"];
const METHODS: readonly string[] = ["interpolation", "minoring", "majoring"];

function choice<T extends string>(given: string, all: readonly string[], what: string): T {
  if (all.includes(given)) return given as T;
  throw new ArgumentError(`${what} must be one of ${all.map((c) => `'${c}'`).join(", ")}, got '${given}'`);
}

/**
 * Area under a curve that is drawn by thresholds (Davis and Goadrich, 2006, for the interpolation of precision over recall).
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.AUC({ numThresholds: 3 });
 * metric.updateState([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]);
 * console.log(await metric.result().item()); // about 0.75
 * ```
 */
export class AUC extends Metric {
  static override readonly className: string = "AUC";
  static override readonly module: string = "keras.metrics";
  readonly thresholds: readonly number[];
  readonly even: boolean;
  readonly givenThresholds: boolean;
  readonly curve: AUCCurve;
  readonly summationMethod: AUCSummationMethod;
  readonly multiLabel: boolean;
  readonly numLabels: number | null;
  readonly labelWeights: readonly number[] | null;
  readonly fromLogits: boolean;
  truePositives: Variable | null = null;
  falsePositives: Variable | null = null;
  trueNegatives: Variable | null = null;
  falseNegatives: Variable | null = null;

  /** @throws {ArgumentError} when an option is out of range or does not go with another. */
  constructor(options: AUCOptions = {}) {
    super(options);
    const { numThresholds = 200, thresholds = null } = options;
    if (thresholds === null && !(Number.isInteger(numThresholds) && numThresholds > 1)) {
      throw new ArgumentError(`numThresholds must be an integer above 1, got ${numThresholds}`);
    }
    this.givenThresholds = thresholds !== null;
    const inner =
      thresholds === null
        ? innerThresholds(numThresholds)
        : thresholds.length === 0
          ? []
          : [...parseThresholds(thresholds, 0)].sort((a, b) => a - b);
    this.thresholds = [-epsilon(), ...inner, 1 + epsilon()];
    this.even = thresholds === null || areEven([0, ...inner, 1]);
    this.curve = choice((options.curve ?? "ROC").toUpperCase(), CURVES, "curve");
    this.summationMethod = choice(
      (options.summationMethod ?? "interpolation").toLowerCase(),
      METHODS,
      "summationMethod",
    );
    this.multiLabel = options.multiLabel ?? false;
    this.numLabels = options.numLabels ?? null;
    this.labelWeights = options.labelWeights ?? null;
    this.fromLogits = options.fromLogits ?? false;
    if (!this.multiLabel && this.numLabels !== null) throw new ArgumentError("numLabels is for multiLabel: true");
    if (!this.multiLabel) this.build([]);
    else if (this.numLabels !== null) this.build([this.numLabels]);
  }

  build(labels: readonly number[]): void {
    const counter = (name: string): Variable =>
      this.addVariable([this.thresholds.length, ...labels], "zeros", { name });
    this.truePositives = counter("true_positives");
    this.falsePositives = counter("false_positives");
    this.trueNegatives = counter("true_negatives");
    this.falseNegatives = counter("false_negatives");
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, options: UpdateOptions = {}): void {
    const p = this.fromLogits ? sigmoid(yPred) : toTensor(yPred);
    if (this.multiLabel && p.ndim !== 2) {
      throw new ShapeError(
        `the metric '${this.name}' with multiLabel takes predictions [samples, labels], got shape [${p.shape.join(", ")}]`,
      );
    }
    if (this.truePositives === null) this.build([p.shape[1]!]);
    const { truePositives, falsePositives, trueNegatives, falseNegatives } = this.counters();
    updateCounts({ truePositives, falsePositives, trueNegatives, falseNegatives }, yTrue, p, {
      thresholds: this.thresholds,
      even: this.even,
      sampleWeight: options.sampleWeight,
      multiLabel: this.multiLabel,
      labelWeights: this.multiLabel || this.labelWeights === null ? null : toTensor([...this.labelWeights], this.dtype),
    });
  }

  counters(): { truePositives: Variable; falsePositives: Variable; trueNegatives: Variable; falseNegatives: Variable } {
    const { truePositives, falsePositives, trueNegatives, falseNegatives } = this;
    if (!truePositives || !falsePositives || !trueNegatives || !falseNegatives) {
      throw new ShapeError(
        `the metric '${this.name}' does not know the number of labels before the first batch: give numLabels`,
      );
    }
    return { truePositives, falsePositives, trueNegatives, falseNegatives };
  }

  /** Up to the last threshold. */
  head(x: Tensor | Variable): Tensor {
    return getItem(x, { stop: this.thresholds.length - 1 });
  }

  /** From the second threshold on. */
  tail(x: Tensor | Variable): Tensor {
    return getItem(x, { start: 1 });
  }

  override result(): Tensor {
    if (this.curve === "PR" && this.summationMethod === "interpolation")
      return this.average(this.interpolatedPrecision());
    const [x, y] = this.points();
    const [a, b] = [this.head(y), this.tail(y)];
    const heights = {
      interpolation: () => divide(add(a, b), 2),
      minoring: () => minimum(a, b),
      majoring: () => maximum(a, b),
    };
    return this.average(multiply(subtract(this.head(x), this.tail(x)), heights[this.summationMethod]()));
  }

  /** The curve: x and y at each threshold. */
  points(): [x: Tensor, y: Tensor] {
    const { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn } = this.counters();
    const recall = divideNoNan(tp, add(tp, fn));
    if (this.curve === "ROC") return [divideNoNan(fp, add(fp, tn)), recall];
    if (this.curve === "PR") return [recall, divideNoNan(tp, add(tp, fp))];
    const odds = divideNoNan(add(tp, fn), add(tn, fp));
    const gain = (wrong: Variable, without: number): Tensor =>
      where(equal(tp, 0), float(without), subtract(1, multiply(odds, divideNoNan(wrong, tp))));
    return [maximum(gain(fn, 0), 0), gain(fp, 1)];
  }

  /** Areas between thresholds under precision over recall, which is no straight line there. */
  interpolatedPrecision(): Tensor {
    const { truePositives: tp, falsePositives: fp, falseNegatives: fn } = this.counters();
    const predicted = add(tp, fp);
    const [before, after] = [this.head(predicted), this.tail(predicted)];
    const gained = subtract(this.head(tp), this.tail(tp));
    const slope = divideNoNan(gained, maximum(subtract(before, after), 0));
    const intercept = subtract(this.tail(tp), multiply(slope, after));
    const ratio = where(
      logicalAnd(greater(before, 0), greater(after, 0)),
      divideNoNan(before, maximum(after, 0)),
      float(1),
    );
    return divideNoNan(
      multiply(slope, add(gained, multiply(intercept, log(ratio)))),
      maximum(add(this.tail(tp), this.tail(fn)), 0),
    );
  }

  /** Areas summed over the thresholds, and averaged over the labels. */
  average(areas: Tensor): Tensor {
    if (!this.multiLabel) return sum(areas);
    const byLabel = sum(areas, { axis: 0 });
    if (this.labelWeights === null) return mean(byLabel);
    const weights = toTensor([...this.labelWeights], this.dtype);
    return divideNoNan(sum(multiply(byLabel, weights)), sum(weights));
  }

  override getConfig(): Record<string, unknown> {
    const { curve, summationMethod, multiLabel, numLabels, labelWeights, fromLogits } = this;
    return {
      ...super.getConfig(),
      numThresholds: this.thresholds.length,
      curve,
      summationMethod,
      multiLabel,
      numLabels,
      labelWeights,
      fromLogits,
      ...(this.givenThresholds ? { thresholds: this.thresholds.slice(1, -1) } : {}),
    };
  }
}

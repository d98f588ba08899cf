import {
  ArgumentError,
  deserializeKerasObject,
  isSerialized,
  NotFoundError,
  serializeKerasObject,
  toSnakeCase,
  unknownName,
  type DeserializeOptions,
  type SerializedObject,
} from "@keras/ops";
import { Accuracy } from "./accuracy.ts";
import { AUC } from "./auc.ts";
import { BinaryAccuracy } from "./binary-accuracy.ts";
import { BinaryCrossentropy } from "./binary-crossentropy.ts";
import { BinaryIoU } from "./binary-iou.ts";
import { CategoricalAccuracy } from "./categorical-accuracy.ts";
import { CategoricalCrossentropy } from "./categorical-crossentropy.ts";
import { CategoricalHinge } from "./categorical-hinge.ts";
import { ConcordanceCorrelation } from "./concordance-correlation.ts";
import { FalseNegatives, FalsePositives, TrueNegatives, TruePositives } from "./confusion-counts.ts";
import { CosineSimilarity } from "./cosine-similarity.ts";
import { F1Score, FBetaScore } from "./f-score.ts";
import { Hinge } from "./hinge.ts";
import { IoU } from "./iou.ts";
import { KLDivergence } from "./kl-divergence.ts";
import { LogCoshError } from "./log-cosh-error.ts";
import { MeanAbsoluteError } from "./mean-absolute-error.ts";
import { MeanAbsolutePercentageError } from "./mean-absolute-percentage-error.ts";
import { MeanIoU } from "./mean-iou.ts";
import { MeanMetricWrapper, type MetricFn } from "./mean-metric.ts";
import { MeanSquaredError } from "./mean-squared-error.ts";
import { MeanSquaredLogarithmicError } from "./mean-squared-logarithmic-error.ts";
import { Mean } from "./mean.ts";
import type { Metric } from "./metric.ts";
import { OneHotIoU, OneHotMeanIoU } from "./one-hot-iou.ts";
import { PearsonCorrelation } from "./pearson-correlation.ts";
import { Poisson } from "./poisson.ts";
import { Precision, Recall } from "./precision-recall.ts";
import { R2Score } from "./r2-score.ts";
import { RootMeanSquaredError } from "./root-mean-squared-error.ts";
import {
  PrecisionAtRecall,
  RecallAtPrecision,
  SensitivityAtSpecificity,
  SpecificityAtSensitivity,
} from "./best-under-constraint.ts";
import { SparseCategoricalAccuracy } from "./sparse-categorical-accuracy.ts";
import { SparseCategoricalCrossentropy } from "./sparse-categorical-crossentropy.ts";
import { SparseTopKCategoricalAccuracy } from "./sparse-top-k-categorical-accuracy.ts";
import { SquaredHinge } from "./squared-hinge.ts";
import { Sum } from "./sum.ts";
import { TopKCategoricalAccuracy } from "./top-k-categorical-accuracy.ts";

const CLASSES: Readonly<Record<string, new () => Metric>> = {
  Accuracy,
  AUC,
  BinaryAccuracy,
  BinaryCrossentropy,
  BinaryIoU,
  CategoricalAccuracy,
  CategoricalCrossentropy,
  CategoricalHinge,
  ConcordanceCorrelation,
  CosineSimilarity,
  F1Score,
  FalseNegatives,
  FalsePositives,
  FBetaScore,
  Hinge,
  KLDivergence,
  LogCoshError,
  Mean,
  MeanAbsoluteError,
  MeanAbsolutePercentageError,
  MeanSquaredError,
  MeanSquaredLogarithmicError,
  PearsonCorrelation,
  Poisson,
  Precision,
  R2Score,
  Recall,
  RootMeanSquaredError,
  SparseCategoricalAccuracy,
  SparseCategoricalCrossentropy,
  SparseTopKCategoricalAccuracy,
  SquaredHinge,
  Sum,
  TopKCategoricalAccuracy,
  TrueNegatives,
  TruePositives,
};

/** Classes that cannot be made by name alone: they need options. */
const WITH_OPTIONS = {
  MeanMetricWrapper,
  IoU,
  MeanIoU,
  OneHotIoU,
  OneHotMeanIoU,
  PrecisionAtRecall,
  RecallAtPrecision,
  SensitivityAtSpecificity,
  SpecificityAtSensitivity,
};

const ALIASES: Readonly<Record<string, new () => Metric>> = {
  bce: BinaryCrossentropy,
  BCE: BinaryCrossentropy,
  mae: MeanAbsoluteError,
  MAE: MeanAbsoluteError,
  mape: MeanAbsolutePercentageError,
  MAPE: MeanAbsolutePercentageError,
  mse: MeanSquaredError,
  MSE: MeanSquaredError,
  msle: MeanSquaredLogarithmicError,
  MSLE: MeanSquaredLogarithmicError,
};

/** Names of Keras's metrics: in snake_case, short names, classes. */
export type KerasMetricName =
  | "accuracy"
  | "auc"
  | "binary_accuracy"
  | "binary_crossentropy"
  | "binary_io_u"
  | "categorical_accuracy"
  | "categorical_crossentropy"
  | "categorical_hinge"
  | "concordance_correlation"
  | "cosine_similarity"
  | "f1_score"
  | "false_negatives"
  | "false_positives"
  | "f_beta_score"
  | "hinge"
  | "kl_divergence"
  | "log_cosh_error"
  | "mean"
  | "mean_absolute_error"
  | "mean_absolute_percentage_error"
  | "mean_squared_error"
  | "mean_squared_logarithmic_error"
  | "pearson_correlation"
  | "poisson"
  | "precision"
  | "r2_score"
  | "recall"
  | "root_mean_squared_error"
  | "sparse_categorical_accuracy"
  | "sparse_categorical_crossentropy"
  | "sparse_top_k_categorical_accuracy"
  | "squared_hinge"
  | "sum"
  | "top_k_categorical_accuracy"
  | "true_negatives"
  | "true_positives"
  | "bce"
  | "BCE"
  | "mae"
  | "MAE"
  | "mape"
  | "MAPE"
  | "mse"
  | "MSE"
  | "msle"
  | "MSLE"
  | "Accuracy"
  | "AUC"
  | "BinaryAccuracy"
  | "BinaryCrossentropy"
  | "BinaryIoU"
  | "CategoricalAccuracy"
  | "CategoricalCrossentropy"
  | "CategoricalHinge"
  | "ConcordanceCorrelation"
  | "CosineSimilarity"
  | "F1Score"
  | "FalseNegatives"
  | "FalsePositives"
  | "FBetaScore"
  | "Hinge"
  | "KLDivergence"
  | "LogCoshError"
  | "Mean"
  | "MeanAbsoluteError"
  | "MeanAbsolutePercentageError"
  | "MeanSquaredError"
  | "MeanSquaredLogarithmicError"
  | "PearsonCorrelation"
  | "Poisson"
  | "Precision"
  | "R2Score"
  | "Recall"
  | "RootMeanSquaredError"
  | "SparseCategoricalAccuracy"
  | "SparseCategoricalCrossentropy"
  | "SparseTopKCategoricalAccuracy"
  | "SquaredHinge"
  | "Sum"
  | "TopKCategoricalAccuracy"
  | "TrueNegatives"
  | "TruePositives";

/** Names of metrics; a package adds its own by declaration merging. */
export interface MetricNames extends Readonly<Record<KerasMetricName, true>> {}

/** The name of a metric: Keras's own, or `package>name` of a registered one. */
export type MetricName = keyof MetricNames | `${string}>${string}`;

/** Whatever stands for a metric. */
export type MetricOption = MetricName | Metric | MetricFn | (new () => Metric) | SerializedObject;

const isMetric = (x: unknown): x is Metric => typeof x === "object" && x !== null && (x as Metric).kind === "metric";

const isMetricClass = (x: unknown): x is new () => Metric =>
  typeof x === "function" && typeof (x as { prototype?: Metric }).prototype?.updateState === "function";

/** Names → classes. */
const table = (): Record<string, new () => Metric> => {
  const snake = Object.fromEntries(Object.entries(CLASSES).map(([name, cls]) => [toSnakeCase(name), cls]));
  return { ...snake, ...ALIASES, ...CLASSES };
};

/**
 * The metric that an identifier stands for: an object or function as it is, a class as an object of it, a name or config as what it
 * names.
 *
 * @returns A `Metric`, or a function of targets and predictions; null for null.
 * @throws {NotFoundError} when the name is unknown; says which are near.
 * @example
 * ```ts
 * import { metrics } from "keras";
 * console.log(metrics.get("mse").name); // "mean_squared_error"
 * ```
 */
export function get(identifier: MetricOption, options?: DeserializeOptions): Metric | MetricFn;
export function get(identifier: MetricOption | null, options?: DeserializeOptions): Metric | MetricFn | null;
export function get(identifier: MetricOption | null, options: DeserializeOptions = {}): Metric | MetricFn | null {
  if (identifier === null || isMetric(identifier)) return identifier;
  if (isMetricClass(identifier)) return new identifier();
  if (typeof identifier === "function") return identifier as MetricFn;
  if (isSerialized(identifier)) return deserialize(identifier, options);
  if (typeof identifier !== "string") throw new ArgumentError("a metric is a name, an object, a function or a config");
  const known = table();
  if (Object.hasOwn(known, identifier)) return new known[identifier]!();
  if (identifier.includes(">"))
    return get(
      deserializeKerasObject(
        { module: null, class_name: "function", config: identifier, registered_name: identifier },
        options,
      ) as MetricFn,
    );
  throw new NotFoundError(unknownName("metric", identifier, Object.keys(known)));
}

/**
 * A metric from what stands in a file: a config, or a name.
 *
 * @param options - `objects`: where classes and functions of your own are looked up.
 * @throws {NotFoundError} when there is none of that name.
 */
export function deserialize(config: SerializedObject | string, options: DeserializeOptions = {}): Metric | MetricFn {
  if (typeof config === "string") return get(config as MetricName, options);
  const objects = [...(options.objects ?? []), CLASSES, WITH_OPTIONS];
  return deserializeKerasObject(config, { ...options, objects }) as Metric | MetricFn;
}

/** A metric as it stands in files: the config of an object, the name of a function. */
export function serialize(metric: Metric | MetricFn): unknown {
  return serializeKerasObject(metric);
}

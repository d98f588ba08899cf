import {
  ArgumentError,
  deserializeKerasObject,
  isSerialized,
  NotFoundError,
  serializeKerasObject,
  unknownName,
  type DeserializeOptions,
  type SerializedObject,
} from "@keras/ops";
import { BinaryCrossentropy, binaryCrossentropy } from "./binary-crossentropy.ts";
import { BinaryFocalCrossentropy, binaryFocalCrossentropy } from "./binary-focal-crossentropy.ts";
import { CategoricalCrossentropy, categoricalCrossentropy } from "./categorical-crossentropy.ts";
import { CategoricalFocalCrossentropy, categoricalFocalCrossentropy } from "./categorical-focal-crossentropy.ts";
import { CategoricalGeneralizedCrossEntropy } from "./categorical-generalized-cross-entropy.ts";
import { CategoricalHinge, categoricalHinge } from "./categorical-hinge.ts";
import { Circle, circle } from "./circle.ts";
import { CosineSimilarity, cosineSimilarity } from "./cosine-similarity.ts";
import { CTC, ctc } from "./ctc.ts";
import { Dice, dice } from "./dice.ts";
import { LossFunctionWrapper, type LossFn } from "./function-loss.ts";
import { Hinge, hinge } from "./hinge.ts";
import { Huber, huber } from "./huber.ts";
import { KLDivergence, klDivergence } from "./kl-divergence.ts";
import { LogCosh, logCosh } from "./log-cosh.ts";
import type { Loss } from "./loss.ts";
import { MeanAbsoluteError, meanAbsoluteError } from "./mean-absolute-error.ts";
import { MeanAbsolutePercentageError, meanAbsolutePercentageError } from "./mean-absolute-percentage-error.ts";
import { MeanSquaredError, meanSquaredError } from "./mean-squared-error.ts";
import { MeanSquaredLogarithmicError, meanSquaredLogarithmicError } from "./mean-squared-logarithmic-error.ts";
import { Poisson, poisson } from "./poisson.ts";
import { SparseCategoricalCrossentropy, sparseCategoricalCrossentropy } from "./sparse-categorical-crossentropy.ts";
import { SquaredHinge, squaredHinge } from "./squared-hinge.ts";
import { Tversky, tversky } from "./tversky.ts";

const FUNCTIONS: Readonly<Record<string, LossFn>> = {
  binary_crossentropy: binaryCrossentropy,
  binary_focal_crossentropy: binaryFocalCrossentropy,
  categorical_crossentropy: categoricalCrossentropy,
  categorical_focal_crossentropy: categoricalFocalCrossentropy,
  categorical_hinge: categoricalHinge,
  circle,
  cosine_similarity: cosineSimilarity,
  ctc,
  dice,
  hinge,
  huber,
  kl_divergence: klDivergence,
  log_cosh: logCosh,
  mean_absolute_error: meanAbsoluteError,
  mean_absolute_percentage_error: meanAbsolutePercentageError,
  mean_squared_error: meanSquaredError,
  mean_squared_logarithmic_error: meanSquaredLogarithmicError,
  poisson,
  sparse_categorical_crossentropy: sparseCategoricalCrossentropy,
  squared_hinge: squaredHinge,
  tversky,
};

const ALIASES: Readonly<Record<string, LossFn>> = {
  bce: binaryCrossentropy,
  BCE: binaryCrossentropy,
  kld: klDivergence,
  KLD: klDivergence,
  mae: meanAbsoluteError,
  MAE: meanAbsoluteError,
  mape: meanAbsolutePercentageError,
  MAPE: meanAbsolutePercentageError,
  mse: meanSquaredError,
  MSE: meanSquaredError,
  msle: meanSquaredLogarithmicError,
  MSLE: meanSquaredLogarithmicError,
};

const CLASSES: Readonly<Record<string, new () => Loss>> = {
  BinaryCrossentropy,
  BinaryFocalCrossentropy,
  CategoricalCrossentropy,
  CategoricalFocalCrossentropy,
  CategoricalGeneralizedCrossEntropy,
  CategoricalHinge,
  Circle,
  CosineSimilarity,
  CTC,
  Dice,
  Hinge,
  Huber,
  KLDivergence,
  LogCosh,
  MeanAbsoluteError,
  MeanAbsolutePercentageError,
  MeanSquaredError,
  MeanSquaredLogarithmicError,
  Poisson,
  SparseCategoricalCrossentropy,
  SquaredHinge,
  Tversky,
};

/** Names of Keras's losses: functions, their short names, classes. */
export type KerasLossName =
  | "binary_crossentropy"
  | "binary_focal_crossentropy"
  | "categorical_crossentropy"
  | "categorical_focal_crossentropy"
  | "categorical_hinge"
  | "circle"
  | "cosine_similarity"
  | "ctc"
  | "dice"
  | "hinge"
  | "huber"
  | "kl_divergence"
  | "log_cosh"
  | "mean_absolute_error"
  | "mean_absolute_percentage_error"
  | "mean_squared_error"
  | "mean_squared_logarithmic_error"
  | "poisson"
  | "sparse_categorical_crossentropy"
  | "squared_hinge"
  | "tversky"
  | "bce"
  | "BCE"
  | "kld"
  | "KLD"
  | "mae"
  | "MAE"
  | "mape"
  | "MAPE"
  | "mse"
  | "MSE"
  | "msle"
  | "MSLE"
  | "BinaryCrossentropy"
  | "BinaryFocalCrossentropy"
  | "CategoricalCrossentropy"
  | "CategoricalFocalCrossentropy"
  | "CategoricalGeneralizedCrossEntropy"
  | "CategoricalHinge"
  | "Circle"
  | "CosineSimilarity"
  | "CTC"
  | "Dice"
  | "Hinge"
  | "Huber"
  | "KLDivergence"
  | "LogCosh"
  | "MeanAbsoluteError"
  | "MeanAbsolutePercentageError"
  | "MeanSquaredError"
  | "MeanSquaredLogarithmicError"
  | "Poisson"
  | "SparseCategoricalCrossentropy"
  | "SquaredHinge"
  | "Tversky";

/** Names of losses; a package adds its own by declaration merging. */
export interface LossNames extends Readonly<Record<KerasLossName, true>> {}

/** The name of a loss: Keras's own, or `package>name` of a registered one. */
export type LossName = keyof LossNames | `${string}>${string}`;

/** Whatever stands for a loss. */
export type LossOption = LossName | Loss | LossFn | (new () => Loss) | SerializedObject;

const isLoss = (x: unknown): x is Loss => typeof x === "object" && x !== null && (x as Loss).kind === "loss";

const isLossClass = (x: unknown): x is new () => Loss =>
  typeof x === "function" &&
  typeof (x as { prototype?: Loss }).prototype?.call === "function" &&
  "apply" in (x as { prototype: Loss }).prototype;

/**
 * The loss that an identifier stands for: an object or function as it is, a class as an object of it, a name or config as what it names.
 *
 * @returns A `Loss`, or a function of targets and predictions; null for null.
 * @throws {NotFoundError} when the name is unknown; says which are near.
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(losses.get("mse") === losses.meanSquaredError); // true
 * ```
 */
export function get(identifier: LossOption, options?: DeserializeOptions): Loss | LossFn;
export function get(identifier: LossOption | null, options?: DeserializeOptions): Loss | LossFn | null;
export function get(identifier: LossOption | null, options: DeserializeOptions = {}): Loss | LossFn | null {
  if (identifier === null || isLoss(identifier)) return identifier;
  if (isLossClass(identifier)) return new identifier();
  if (typeof identifier === "function") return identifier as LossFn;
  if (isSerialized(identifier)) return deserialize(identifier, options);
  if (typeof identifier !== "string") throw new ArgumentError("a loss is a name, an object, a function or a config");
  const tables: Readonly<Record<string, unknown>> = { ...FUNCTIONS, ...ALIASES, ...CLASSES };
  if (Object.hasOwn(tables, identifier)) return get(tables[identifier] as LossFn);
  if (identifier.includes(">"))
    return get(
      deserializeKerasObject(
        { module: null, class_name: "function", config: identifier, registered_name: identifier },
        options,
      ) as LossFn,
    );
  throw new NotFoundError(unknownName("loss", identifier, Object.keys(tables)));
}

/**
 * A loss from what stands in a file: a config, or the name of a function.
 *
 * @param options - `objects`: where classes and functions of your own are looked up.
 * @throws {NotFoundError} when there is none of that name.
 */
export function deserialize(config: SerializedObject | string, options: DeserializeOptions = {}): Loss | LossFn {
  if (typeof config === "string") return get(config as LossName, options);
  const objects = [...(options.objects ?? []), CLASSES, FUNCTIONS, { LossFunctionWrapper }];
  return deserializeKerasObject(config, { ...options, objects }) as Loss | LossFn;
}

/** A loss as it stands in files: the config of an object, the name of a function. */
export function serialize(loss: Loss | LossFn): unknown {
  const known = Object.entries(FUNCTIONS).find(([, fn]) => fn === loss);
  return known ? known[0] : serializeKerasObject(loss);
}

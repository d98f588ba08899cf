import { categoricalCrossentropy as overClasses, type Tensor, type TensorLike } from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { operands } from "./operands.ts";
import {
  crossentropyOptions,
  smooth,
  warnOfOneClass,
  type Crossentropy,
  type CrossentropyOptions,
} from "./probabilities.ts";

/**
 * Cross-entropy of predictions over classes.
 *
 * @param yTrue - One-hot targets, or distributions over the classes, `[..., classes]`.
 * @param yPred - Probabilities or logits of the same shape. Probabilities are first made to sum to 1.
 * @returns One value per sample: the axis of classes is gone.
 * @throws {ArgumentError} when an option is out of range.
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await losses.categoricalCrossentropy([[0, 1]], [[0.5, 0.5]]).array()); // about [0.6931]
 * ```
 */
export function categoricalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: CrossentropyOptions = {},
): Tensor {
  const { fromLogits, labelSmoothing, axis } = crossentropyOptions(options);
  const [t, p] = operands(yTrue, yPred);
  warnOfOneClass(p, "categoricalCrossentropy");
  return overClasses(smooth(t, labelSmoothing, t.shape.at(-1)!), p, { fromLogits, axis });
}

/**
 * Cross-entropy of predictions over classes, with one-hot targets.
 *
 * @example
 * ```ts
 * import { losses } from "keras";
 * const loss = new losses.CategoricalCrossentropy({ fromLogits: true });
 * console.log(await loss.apply([[0, 1]], [[0, 0]]).item()); // about 0.6931
 * ```
 */
export class CategoricalCrossentropy extends Loss {
  static override readonly className: string = "CategoricalCrossentropy";
  static override readonly module: string = "keras.losses";
  readonly options: Crossentropy;

  /** @throws {ArgumentError} when an option is out of range. */
  constructor(options: LossOptions & CrossentropyOptions = {}) {
    super(options, "categorical_crossentropy");
    this.options = crossentropyOptions(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalCrossentropy(...alignRanks(yTrue, yPred), this.options);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), ...this.options };
  }
}

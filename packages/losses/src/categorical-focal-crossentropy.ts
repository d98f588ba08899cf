import {
  clip,
  divide,
  epsilon,
  log,
  multiply,
  negative,
  power,
  softmax,
  subtract,
  sum,
  type Tensor,
  type TensorLike,
} from "@keras/ops";
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

/** Options of {@link categoricalFocalCrossentropy}. */
export interface CategoricalFocalCrossentropyOptions extends CrossentropyOptions {
  /** Weight of the loss, or of each class. Default 0.25. */
  readonly alpha?: number | readonly number[] | undefined;
  /** How much less sure predictions count. Default 2. */
  readonly gamma?: number | undefined;
}

interface CategoricalFocal extends Crossentropy {
  readonly alpha: number | readonly number[];
  readonly gamma: number;
}

function resolve(options: CategoricalFocalCrossentropyOptions): CategoricalFocal {
  const { alpha = 0.25, gamma = 2 } = options;
  return { ...crossentropyOptions(options), alpha, gamma };
}

/**
 * Cross-entropy over classes in which what is already predicted well counts less (Lin et al., 2017).
 *
 * @param yTrue - One-hot targets `[..., classes]`.
 * @param yPred - Probabilities or logits of the same shape.
 * @returns One value per sample: the axis of classes is gone.
 * @throws {ArgumentError} when an option is out of range.
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await losses.categoricalFocalCrossentropy([[0, 1]], [[0.5, 0.5]]).array()); // about [0.0433]
 * ```
 */
export function categoricalFocalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: CategoricalFocalCrossentropyOptions = {},
): Tensor {
  const { fromLogits, labelSmoothing, axis, alpha, gamma } = resolve(options);
  const [given, scores] = operands(yTrue, yPred);
  warnOfOneClass(scores, "categoricalFocalCrossentropy");
  const t = smooth(given, labelSmoothing, given.shape.at(-1)!);
  const raw = fromLogits ? softmax(scores, { axis }) : scores;
  const p = clip(divide(raw, sum(raw, { axis, keepdims: true })), epsilon(), 1 - epsilon());
  const weight = multiply(power(subtract(1, p), gamma), alpha);
  return sum(multiply(weight, multiply(negative(t), log(p))), { axis });
}

/**
 * Cross-entropy over classes in which what is already predicted well counts less.
 *
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await new losses.CategoricalFocalCrossentropy().apply([[0, 1]], [[0.5, 0.5]]).item()); // about 0.0433
 * ```
 */
export class CategoricalFocalCrossentropy extends Loss {
  static override readonly className: string = "CategoricalFocalCrossentropy";
  static override readonly module: string = "keras.losses";
  readonly options: CategoricalFocal;

  /** @throws {ArgumentError} when an option is out of range. */
  constructor(options: LossOptions & CategoricalFocalCrossentropyOptions = {}) {
    super(options, "categorical_focal_crossentropy");
    this.options = resolve(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalFocalCrossentropy(...alignRanks(yTrue, yPred), this.options);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), ...this.options };
  }
}

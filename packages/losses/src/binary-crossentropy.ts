import { mean, binaryCrossentropy as elementwise, type Tensor, type TensorLike } from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { operands } from "./operands.ts";
import { crossentropyOptions, smooth, type Crossentropy, type CrossentropyOptions } from "./probabilities.ts";

/**
 * Cross-entropy of yes-or-no predictions, as a mean over an axis.
 *
 * @param yTrue - Targets 0 and 1, `[..., d]`.
 * @param yPred - Probabilities or logits of the same shape.
 * @returns One value per sample: the axis is gone.
 * @throws {ArgumentError} when an option is out of range.
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await losses.binaryCrossentropy([[0, 1]], [[0, 0]], { fromLogits: true }).array()); // about [0.6931]
 * ```
 */
export function binaryCrossentropy(yTrue: TensorLike, yPred: TensorLike, options: CrossentropyOptions = {}): Tensor {
  const { fromLogits, labelSmoothing, axis } = crossentropyOptions(options);
  const [t, p] = operands(yTrue, yPred);
  return mean(elementwise(smooth(t, labelSmoothing, 2), p, { fromLogits }), { axis });
}

/**
 * Cross-entropy of yes-or-no predictions.
 *
 * @example
 * ```ts
 * import { losses } from "keras";
 * const loss = new losses.BinaryCrossentropy({ fromLogits: true });
 * console.log(await loss.apply([[0, 1]], [[0, 0]]).item()); // about 0.6931
 * ```
 */
export class BinaryCrossentropy extends Loss {
  static override readonly className: string = "BinaryCrossentropy";
  static override readonly module: string = "keras.losses";
  readonly options: Crossentropy;

  /** @throws {ArgumentError} when an option is out of range. */
  constructor(options: LossOptions & CrossentropyOptions = {}) {
    super(options, "binary_crossentropy");
    this.options = crossentropyOptions(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return binaryCrossentropy(...alignRanks(yTrue, yPred), this.options);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), ...this.options };
  }
}

import { absolute, divide, epsilon, maximum, mean, multiply, subtract, type Tensor, type TensorLike } from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { alignedOperands } from "./operands.ts";

/**
 * Mean over the last axis of the absolute differences in percent of the targets.
 *
 * @param yTrue - Targets `[..., d]`.
 * @param yPred - Predictions of the same shape.
 * @returns One value per sample: the last axis is gone.
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await losses.meanAbsolutePercentageError([[2, 4]], [[1, 4]]).array()); // [25]
 * ```
 */
export function meanAbsolutePercentageError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [t, p] = alignedOperands(yTrue, yPred);
  const share = absolute(divide(subtract(t, p), maximum(absolute(t), epsilon())));
  return multiply(100, mean(share, { axis: -1 }));
}

/**
 * Mean of absolute differences, in percent of the targets.
 *
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await new losses.MeanAbsolutePercentageError().apply([[2, 4]], [[1, 4]]).item()); // 25
 * ```
 */
export class MeanAbsolutePercentageError extends Loss {
  static override readonly className: string = "MeanAbsolutePercentageError";
  static override readonly module: string = "keras.losses";

  constructor(options: LossOptions = {}) {
    super(options, "mean_absolute_percentage_error");
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanAbsolutePercentageError(...alignRanks(yTrue, yPred));
  }
}

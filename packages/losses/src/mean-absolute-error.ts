import { absolute, mean, subtract, type Tensor, type TensorLike } from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { alignedOperands } from "./operands.ts";

/**
 * Mean of the absolute differences over the last axis.
 *
 * @param yTrue - Targets `[..., d]`.
 * @param yPred - Predictions of the same shape.
 * @returns One value per sample: the last axis is gone.
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await losses.meanAbsoluteError([[0, 1], [0, 0]], [[1, 1], [3, 0]]).array()); // [0.5, 1.5]
 * ```
 */
export function meanAbsoluteError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [t, p] = alignedOperands(yTrue, yPred);
  return mean(absolute(subtract(t, p)), { axis: -1 });
}

/**
 * Mean of absolute differences.
 *
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await new losses.MeanAbsoluteError().apply([[0, 1], [0, 0]], [[1, 1], [3, 0]]).item()); // 1
 * ```
 */
export class MeanAbsoluteError extends Loss {
  static override readonly className: string = "MeanAbsoluteError";
  static override readonly module: string = "keras.losses";

  constructor(options: LossOptions = {}) {
    super(options, "mean_absolute_error");
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanAbsoluteError(...alignRanks(yTrue, yPred));
  }
}

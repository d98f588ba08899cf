import { mean, square, subtract, type Tensor, type TensorLike } from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { alignedOperands } from "./operands.ts";

/**
 * Mean of the squared differences over the last axis.
 *
 * @param yTrue - Targets `[..., d]`.
 * @param yPred - Predictions of the same shape.
 * @returns One value per sample: the last axis is gone.
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await losses.meanSquaredError([[0, 1], [0, 0]], [[1, 1], [1, 0]]).array()); // [0.5, 0.5]
 * ```
 */
export function meanSquaredError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [t, p] = alignedOperands(yTrue, yPred);
  return mean(square(subtract(t, p)), { axis: -1 });
}

/**
 * Mean of squared differences.
 *
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await new losses.MeanSquaredError().apply([[0, 1], [0, 0]], [[1, 1], [1, 0]]).item()); // 0.5
 * ```
 */
export class MeanSquaredError extends Loss {
  static override readonly className: string = "MeanSquaredError";
  static override readonly module: string = "keras.losses";

  constructor(options: LossOptions = {}) {
    super(options, "mean_squared_error");
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanSquaredError(...alignRanks(yTrue, yPred));
  }
}

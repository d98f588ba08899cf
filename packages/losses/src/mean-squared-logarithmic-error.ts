import { add, epsilon, log, maximum, mean, square, subtract, type Tensor, type TensorLike } from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { alignedOperands } from "./operands.ts";

/**
 * Mean over the last axis of the squared differences of log(1 + y). Negative values count as 0.
 *
 * @param yTrue - Targets `[..., d]`.
 * @param yPred - Predictions of the same shape.
 * @returns One value per sample: the last axis is gone.
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await losses.meanSquaredLogarithmicError([[0, 1]], [[1, 1]]).array()); // about [0.2402]
 * ```
 */
export function meanSquaredLogarithmicError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [t, p] = alignedOperands(yTrue, yPred);
  const logOf = (x: Tensor): Tensor => log(add(maximum(x, epsilon()), 1));
  return mean(square(subtract(logOf(p), logOf(t))), { axis: -1 });
}

/**
 * Mean of squared differences of log(1 + y).
 *
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await new losses.MeanSquaredLogarithmicError().apply([[0, 1]], [[1, 1]]).item()); // about 0.2402
 * ```
 */
export class MeanSquaredLogarithmicError extends Loss {
  static override readonly className: string = "MeanSquaredLogarithmicError";
  static override readonly module: string = "keras.losses";

  constructor(options: LossOptions = {}) {
    super(options, "mean_squared_logarithmic_error");
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanSquaredLogarithmicError(...alignRanks(yTrue, yPred));
  }
}

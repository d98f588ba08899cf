import { maximum, mean, multiply, square, subtract, type Tensor, type TensorLike } from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";
import { hingeLabels } from "./hinge-labels.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { operands } from "./operands.ts";

/**
 * Mean over the last axis of max(0, 1 - target · prediction)².
 *
 * @param yTrue - Labels -1 and 1, or 0 and 1, `[..., d]`.
 * @param yPred - Scores of the same shape.
 * @returns One value per sample: the last axis is gone.
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await losses.squaredHinge([[-1, 1]], [[-2, 0.5]]).array()); // [0.125]
 * ```
 */
export function squaredHinge(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [t, p] = operands(yTrue, yPred);
  return mean(square(maximum(subtract(1, multiply(hingeLabels(t), p)), 0)), { axis: -1 });
}

/**
 * Squared hinge loss of yes-or-no scores: max(0, 1 - target · prediction)².
 *
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await new losses.SquaredHinge().apply([[-1, 1]], [[-2, 0.5]]).item()); // 0.125
 * ```
 */
export class SquaredHinge extends Loss {
  static override readonly className: string = "SquaredHinge";
  static override readonly module: string = "keras.losses";

  constructor(options: LossOptions = {}) {
    super(options, "squared_hinge");
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return squaredHinge(...alignRanks(yTrue, yPred));
  }
}

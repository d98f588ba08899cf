import { maximum, mean, multiply, subtract, type Tensor, type TensorLike } from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";
import { hingeLabels } from "./hinge-labels.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { operands } from "./operands.ts";

/**
 * Mean over the last axis of max(0, 1 - target · prediction).
 *
 * @param yTrue - Labels -1 and 1, or 0 and 1, `[..., d]`.
 * @param yPred - Scores of the same shape.
 * @returns One value per sample: the last axis is gone.
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await losses.hinge([[-1, 1]], [[-2, 0.5]]).array()); // [0.25]
 * ```
 */
export function hinge(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [t, p] = operands(yTrue, yPred);
  return mean(maximum(subtract(1, multiply(hingeLabels(t), p)), 0), { axis: -1 });
}

/**
 * Hinge loss of yes-or-no scores: max(0, 1 - target · prediction).
 *
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await new losses.Hinge().apply([[-1, 1]], [[-2, 0.5]]).item()); // 0.25
 * ```
 */
export class Hinge extends Loss {
  static override readonly className: string = "Hinge";
  static override readonly module: string = "keras.losses";

  constructor(options: LossOptions = {}) {
    super(options, "hinge");
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return hinge(...alignRanks(yTrue, yPred));
  }
}

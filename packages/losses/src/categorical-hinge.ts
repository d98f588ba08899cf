import { add, max, maximum, multiply, subtract, sum, type Tensor, type TensorLike } from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { operands } from "./operands.ts";

/**
 * max(0, 1 + the largest score of a wrong class - the score of the right one).
 *
 * @param yTrue - Targets, one-hot `[..., classes]`.
 * @param yPred - Predictions of the same shape.
 * @returns One value per sample: the last axis is gone.
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await losses.categoricalHinge([[0, 1]], [[0.6, 0.4]]).array()); // about [1.2]
 * ```
 */
export function categoricalHinge(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [t, p] = operands(yTrue, yPred);
  const right = sum(multiply(t, p), { axis: -1 });
  const wrong = max(multiply(subtract(1, t), p), { axis: -1 });
  return maximum(add(subtract(wrong, right), 1), 0);
}

/**
 * Hinge loss over classes.
 *
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await new losses.CategoricalHinge().apply([[0, 1]], [[0.6, 0.4]]).item()); // about 1.2
 * ```
 */
export class CategoricalHinge extends Loss {
  static override readonly className: string = "CategoricalHinge";
  static override readonly module: string = "keras.losses";

  constructor(options: LossOptions = {}) {
    super(options, "categorical_hinge");
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalHinge(...alignRanks(yTrue, yPred));
  }
}

import { add, epsilon, log, mean, multiply, subtract, type Tensor, type TensorLike } from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { operands } from "./operands.ts";

/**
 * Mean over the last axis of prediction - target · log(prediction).
 *
 * @param yTrue - Targets `[..., d]`.
 * @param yPred - Predictions of the same shape.
 * @returns One value per sample: the last axis is gone.
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await losses.poisson([[0, 1]], [[1, 1]]).array()); // [1]
 * ```
 */
export function poisson(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [t, p] = operands(yTrue, yPred);
  return mean(subtract(p, multiply(t, log(add(p, epsilon())))), { axis: -1 });
}

/**
 * Poisson loss: prediction - target · log(prediction).
 *
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await new losses.Poisson().apply([[0, 1]], [[1, 1]]).item()); // 1
 * ```
 */
export class Poisson extends Loss {
  static override readonly className: string = "Poisson";
  static override readonly module: string = "keras.losses";

  constructor(options: LossOptions = {}) {
    super(options, "poisson");
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return poisson(...alignRanks(yTrue, yPred));
  }
}

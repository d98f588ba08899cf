import { clip, divide, epsilon, log, multiply, sum, type Tensor, type TensorLike } from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { operands } from "./operands.ts";

/**
 * Kullback-Leibler divergence over the last axis: the sum of target · log(target / prediction).
 *
 * @param yTrue - Targets: distributions over the last axis.
 * @param yPred - Predictions of the same shape.
 * @returns One value per sample: the last axis is gone.
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await losses.klDivergence([[0, 1]], [[0.5, 0.5]]).array()); // about [0.6931]
 * ```
 */
export function klDivergence(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [t, p] = operands(yTrue, yPred);
  const [q, r] = [clip(t, epsilon(), 1), clip(p, epsilon(), 1)];
  return sum(multiply(q, log(divide(q, r))), { axis: -1 });
}

/**
 * Kullback-Leibler divergence between distributions.
 *
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await new losses.KLDivergence().apply([[0, 1]], [[0.5, 0.5]]).item()); // about 0.6931
 * ```
 */
export class KLDivergence extends Loss {
  static override readonly className: string = "KLDivergence";
  static override readonly module: string = "keras.losses";

  constructor(options: LossOptions = {}) {
    super(options, "kl_divergence");
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return klDivergence(...alignRanks(yTrue, yPred));
  }
}

import { add, mean, multiply, softplus, subtract, type Tensor, type TensorLike } from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { alignedOperands } from "./operands.ts";

/**
 * Mean over the last axis of log(cosh(error)): near 0 like half the square, far off like the absolute error.
 *
 * @param yTrue - Targets `[..., d]`.
 * @param yPred - Predictions of the same shape.
 * @returns One value per sample: the last axis is gone.
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await losses.logCosh([[0, 0]], [[1, 0]]).array()); // about [0.2169]
 * ```
 */
export function logCosh(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [t, p] = alignedOperands(yTrue, yPred);
  const error = subtract(p, t);
  // log(cosh(x)) = x + softplus(-2x) - log 2, without overflow.
  return mean(subtract(add(error, softplus(multiply(error, -2))), Math.LN2), { axis: -1 });
}

/**
 * Logarithm of the hyperbolic cosine of the error.
 *
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await new losses.LogCosh().apply([[0, 0]], [[1, 0]]).item()); // about 0.2169
 * ```
 */
export class LogCosh extends Loss {
  static override readonly className: string = "LogCosh";
  static override readonly module: string = "keras.losses";

  constructor(options: LossOptions = {}) {
    super(options, "log_cosh");
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return logCosh(...alignRanks(yTrue, yPred));
  }
}

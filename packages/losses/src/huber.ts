import { absolute, lessEqual, mean, multiply, square, subtract, where, type Tensor, type TensorLike } from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { alignedOperands } from "./operands.ts";

/** Options of {@link huber}. */
export interface HuberOptions {
  /** Error at which the loss turns from a square into a line. Default 1. */
  readonly delta?: number | undefined;
}

/**
 * Mean over the last axis of ½·error² up to `delta`, and a line beyond (Huber, 1964).
 *
 * @param yTrue - Targets `[..., d]`.
 * @param yPred - Predictions of the same shape.
 * @returns One value per sample: the last axis is gone.
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await losses.huber([[0, 0]], [[1, 3]]).array()); // [1.5]
 * ```
 */
export function huber(yTrue: TensorLike, yPred: TensorLike, options: HuberOptions = {}): Tensor {
  const { delta = 1 } = options;
  const [t, p] = alignedOperands(yTrue, yPred);
  const error = subtract(p, t);
  const size = absolute(error);
  const line = subtract(multiply(delta, size), 0.5 * delta ** 2);
  return mean(where(lessEqual(size, delta), multiply(0.5, square(error)), line), { axis: -1 });
}

/**
 * Half the squared error up to `delta`, and a line beyond: outliers weigh less.
 * As in Keras, `delta` is not part of the config, so a saved loss comes back with the default.
 *
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await new losses.Huber({ delta: 2 }).apply([[0, 0]], [[1, 3]]).item()); // 2.25
 * ```
 */
export class Huber extends Loss {
  static override readonly className: string = "Huber";
  static override readonly module: string = "keras.losses";
  readonly delta: number;

  constructor(options: LossOptions & HuberOptions = {}) {
    super(options, "huber_loss");
    this.delta = options.delta ?? 1;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return huber(...alignRanks(yTrue, yPred), { delta: this.delta });
  }
}

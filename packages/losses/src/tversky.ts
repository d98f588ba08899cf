import { add, divide, epsilon, multiply, subtract, sum, type Tensor, type TensorLike } from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { operands } from "./operands.ts";

/** Options of {@link tversky}. */
export interface TverskyOptions {
  /** Weight of what is missed. Default 0.5. */
  readonly alpha?: number | undefined;
  /** Weight of what is predicted in vain. Default 0.5. */
  readonly beta?: number | undefined;
  /** Axes over which sets are compared. Default: all, the batch too. */
  readonly axis?: number | readonly number[] | null | undefined;
}

/**
 * 1 - the Tversky index, the Dice coefficient with weights for the two kinds of errors (Salehi et al., 2017).
 *
 * @param yTrue - Targets in [0, 1], any shape.
 * @param yPred - Predictions of the same shape.
 * @returns The shape without the axes.
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await losses.tversky([1, 1, 0, 0], [1, 0, 0, 1]).item()); // about 0.5
 * ```
 */
export function tversky(yTrue: TensorLike, yPred: TensorLike, options: TverskyOptions = {}): Tensor {
  const { alpha = 0.5, beta = 0.5, axis = null } = options;
  const [t, p] = operands(yTrue, yPred);
  const both = sum(multiply(t, p), { axis });
  const missed = sum(multiply(subtract(1, p), t), { axis });
  const inVain = sum(multiply(p, subtract(1, t)), { axis });
  const all = add(add(add(both, multiply(missed, alpha)), multiply(inVain, beta)), epsilon());
  return subtract(1, divide(both, all));
}

/**
 * Overlap of segmentations: 1 - the Tversky index.
 *
 * @example
 * ```ts
 * import { losses } from "keras";
 * const loss = new losses.Tversky({ alpha: 0.9, beta: 0.1 });
 * console.log(await loss.apply([1, 1, 0, 0], [1, 0, 0, 0]).item()); // about 0.4737
 * ```
 */
export class Tversky extends Loss {
  static override readonly className: string = "Tversky";
  static override readonly module: string = "keras.losses";
  readonly alpha: number;
  readonly beta: number;
  readonly axis: number | readonly number[] | null;

  constructor(options: LossOptions & TverskyOptions = {}) {
    super(options, "tversky");
    this.alpha = options.alpha ?? 0.5;
    this.beta = options.beta ?? 0.5;
    this.axis = options.axis ?? null;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return tversky(...alignRanks(yTrue, yPred), this);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), alpha: this.alpha, beta: this.beta, axis: this.axis };
  }
}

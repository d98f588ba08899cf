import {
  ArgumentError,
  divide,
  multiply,
  oneHot,
  power,
  subtract,
  sum,
  toTensor,
  type Tensor,
  type TensorLike,
} from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";
import { Loss, type LossOptions } from "./loss.ts";

/**
 * `(1 - p^q) / q` of the probability p of the right class: between cross-entropy (q → 0) and absolute error (q = 1), so that wrong
 * labels weigh less (Zhang and Sabuncu, 2018).
 *
 * @param yTrue - Class indices `[...]`.
 * @param yPred - Probabilities `[..., classes]`.
 * @param q - In (0, 1).
 * @returns One value per sample.
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await losses.categoricalGeneralizedCrossEntropy([1], [[0.75, 0.25]], 0.5).array()); // [1]
 * ```
 */
export function categoricalGeneralizedCrossEntropy(yTrue: TensorLike, yPred: TensorLike, q: number): Tensor {
  const p = toTensor(yPred);
  const right = sum(multiply(p, oneHot(toTensor(yTrue, "int32"), p.shape.at(-1)!, { dtype: p.dtype })), { axis: -1 });
  return divide(subtract(1, power(right, q)), q);
}

/** Options of {@link CategoricalGeneralizedCrossEntropy}. */
export interface CategoricalGeneralizedCrossEntropyOptions extends LossOptions {
  /** In (0, 1); default 0.5. */
  readonly q?: number | undefined;
}

/**
 * Cross-entropy that bears wrong labels, with class indices as targets.
 *
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await new losses.CategoricalGeneralizedCrossEntropy().apply([1], [[0.75, 0.25]]).item()); // 1
 * ```
 */
export class CategoricalGeneralizedCrossEntropy extends Loss {
  static override readonly className: string = "CategoricalGeneralizedCrossEntropy";
  static override readonly module: string = "keras.losses";
  readonly q: number;

  /** @throws {ArgumentError} when q is outside (0, 1). */
  constructor(options: CategoricalGeneralizedCrossEntropyOptions = {}) {
    super(options, "categorical_generalized_cross_entropy");
    this.q = options.q ?? 0.5;
    if (!(this.q > 0 && this.q < 1)) throw new ArgumentError(`q must lie in (0, 1), got ${this.q}`);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalGeneralizedCrossEntropy(...alignRanks(yTrue, yPred), this.q);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), q: this.q };
  }
}

import { multiply, negative, normalize, sum, type Tensor, type TensorLike } from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { alignedOperands } from "./operands.ts";

/** Options of {@link cosineSimilarity}. */
export interface CosineSimilarityOptions {
  /** Axis of the vectors. Default -1. */
  readonly axis?: number | undefined;
}

/**
 * Minus the cosine of the angle between targets and predictions: -1 where they point the same way.
 *
 * @param yTrue - Targets `[..., d]`.
 * @param yPred - Predictions of the same shape.
 * @param options - See the fields; or the axis itself.
 * @returns One value per vector: the axis is gone.
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await losses.cosineSimilarity([[1, 0]], [[2, 0]]).array()); // [-1]
 * ```
 */
export function cosineSimilarity(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: CosineSimilarityOptions | number = {},
): Tensor {
  const { axis = -1 } = typeof options === "number" ? { axis: options } : options;
  const [t, p] = alignedOperands(yTrue, yPred);
  return negative(sum(multiply(normalize(t, axis), normalize(p, axis)), { axis }));
}

/**
 * Minus the cosine of the angle between targets and predictions. As in Keras, `axis` is not part of the config.
 *
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await new losses.CosineSimilarity().apply([[1, 0]], [[0, 2]]).item()); // 0
 * ```
 */
export class CosineSimilarity extends Loss {
  static override readonly className: string = "CosineSimilarity";
  static override readonly module: string = "keras.losses";
  readonly axis: number;

  constructor(options: LossOptions & CosineSimilarityOptions = {}) {
    super(options, "cosine_similarity");
    this.axis = options.axis ?? -1;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return cosineSimilarity(...alignRanks(yTrue, yPred), { axis: this.axis });
  }
}

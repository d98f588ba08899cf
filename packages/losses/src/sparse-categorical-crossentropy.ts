import {
  cast,
  expandDims,
  notEqual,
  reshape,
  setMask,
  squeeze,
  sparseCategoricalCrossentropy as ofIndices,
  toTensor,
  where,
  type Tensor,
  type TensorLike,
} from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";
import { Loss, type LossOptions } from "./loss.ts";

/** Options of {@link sparseCategoricalCrossentropy}. */
export interface SparseCategoricalCrossentropyOptions {
  /** Whether predictions are logits, not probabilities. Default false. */
  readonly fromLogits?: boolean | undefined;
  /** Samples of this class do not count. */
  readonly ignoreClass?: number | null | undefined;
  /** Axis of the classes. Default -1. */
  readonly axis?: number | undefined;
}

/**
 * Cross-entropy of predictions over classes, with class indices as targets.
 *
 * @param yTrue - Indices, `[...]` or `[..., 1]`.
 * @param yPred - Probabilities or logits `[..., classes]`. Probabilities are first made to sum to 1.
 * @returns One value per sample: the axis of classes is gone.
 * @throws {ShapeError} when the shapes do not fit.
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await losses.sparseCategoricalCrossentropy([1], [[0.5, 0.5]]).array()); // about [0.6931]
 * ```
 */
export function sparseCategoricalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: SparseCategoricalCrossentropyOptions = {},
): Tensor {
  const { fromLogits = false, ignoreClass = null, axis = -1 } = options;
  let [t, p] = [toTensor(yTrue), toTensor(yPred)];
  if (t.ndim === p.ndim && t.shape.at(axis) === 1) t = squeeze(t, axis);
  if (ignoreClass === null) return ofIndices(t, p, { fromLogits, axis });
  const counts = notEqual(t, cast(toTensor(ignoreClass), p.dtype));
  t = where(counts, t, 0);
  p = where(expandDims(counts, axis), p, 0);
  const losses = ofIndices(t, p, { fromLogits, axis });
  const mask = reshape(counts, losses.shape);
  const result = where(mask, losses, 0);
  setMask(result, mask);
  return result;
}

/**
 * Cross-entropy of predictions over classes, with class indices as targets.
 *
 * @example
 * ```ts
 * import { losses } from "keras";
 * const loss = new losses.SparseCategoricalCrossentropy({ fromLogits: true });
 * console.log(await loss.apply([1], [[0, 0]]).item()); // about 0.6931
 * ```
 */
export class SparseCategoricalCrossentropy extends Loss {
  static override readonly className: string = "SparseCategoricalCrossentropy";
  static override readonly module: string = "keras.losses";
  readonly fromLogits: boolean;
  readonly ignoreClass: number | null;
  readonly axis: number;

  constructor(options: LossOptions & SparseCategoricalCrossentropyOptions = {}) {
    super(options, "sparse_categorical_crossentropy");
    this.fromLogits = options.fromLogits ?? false;
    this.ignoreClass = options.ignoreClass ?? null;
    this.axis = options.axis ?? -1;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return sparseCategoricalCrossentropy(...alignRanks(yTrue, yPred), this);
  }

  /** As in Keras, `axis` is not part of it. */
  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), fromLogits: this.fromLogits, ignoreClass: this.ignoreClass };
  }
}

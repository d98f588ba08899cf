import {
  any,
  cast,
  equal,
  expandDims,
  floatx,
  getItem,
  reshape,
  toTensor,
  type Tensor,
  type TensorLike,
} from "@keras/ops";
import { inTopK } from "./in-top-k.ts";
import { MeanMetric } from "./mean-metric.ts";
import type { MetricOptions } from "./metric.ts";
import type { TopKOptions } from "./top-k-categorical-accuracy.ts";

/** Options of {@link sparseTopKCategoricalAccuracy}. */
export interface SparseTopKOptions extends TopKOptions {
  /** Predictions are class indices, the likeliest first, not scores. Default false. */
  readonly fromSortedIds?: boolean | undefined;
}

/**
 * Whether the right class is among the `k` likeliest: 1 or 0 for each sample.
 *
 * @param yTrue - Class indices `[...]`.
 * @param yPred - Scores `[..., classes]`; or, with `fromSortedIds`, class indices `[..., n]`.
 * @example
 * ```ts
 * import { metrics } from "keras";
 * console.log(await metrics.sparseTopKCategoricalAccuracy([2, 1], [[0.1, 0.9, 0.8], [0.05, 0, 0.95]], { k: 2 }).array()); // [1, 0]
 * ```
 */
export function sparseTopKCategoricalAccuracy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: SparseTopKOptions = {},
): Tensor {
  const { k = 5, fromSortedIds = false } = options;
  const p = toTensor(yPred);
  const t = toTensor(yTrue, fromSortedIds ? p.dtype : "int32");
  const flat = reshape(p, [-1, p.shape.at(-1)!]);
  const targets = reshape(t, [-1]);
  const matches = fromSortedIds
    ? any(equal(expandDims(targets, 1), getItem(flat, { start: 0 }, { start: 0, stop: k })), { axis: 1 })
    : inTopK(targets, flat, k);
  return reshape(cast(matches, floatx()), t.shape);
}

/**
 * How often the right class is among the `k` likeliest, with class indices as targets.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.SparseTopKCategoricalAccuracy({ k: 1 });
 * metric.updateState([2, 1], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]]);
 * console.log(await metric.result().item()); // 0.5
 * ```
 */
export class SparseTopKCategoricalAccuracy extends MeanMetric {
  static override readonly className: string = "SparseTopKCategoricalAccuracy";
  static override readonly module: string = "keras.metrics";
  readonly k: number;
  readonly fromSortedIds: boolean;

  constructor(options: MetricOptions & SparseTopKOptions = {}) {
    super(options, "sparse_top_k_categorical_accuracy");
    this.k = options.k ?? 5;
    this.fromSortedIds = options.fromSortedIds ?? false;
  }

  override values(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return sparseTopKCategoricalAccuracy(yTrue, yPred, this);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), k: this.k, ...(this.fromSortedIds ? { fromSortedIds: true } : {}) };
  }
}

import { cast, greaterEqual, reshape, toTensor, type TensorLike } from "@keras/ops";
import { IoU } from "./iou.ts";
import type { MetricOptions, UpdateOptions } from "./metric.ts";

/** Options of {@link BinaryIoU}. */
export interface BinaryIoUOptions extends MetricOptions {
  /** Classes over which the mean is taken. Default 0 and 1. */
  readonly targetClassIds?: readonly number[] | undefined;
  /** From it on, a prediction counts as 1. Default 0.5. */
  readonly threshold?: number | undefined;
}

/**
 * Intersection over union of yes-or-no predictions.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.BinaryIoU({ threshold: 0.3 });
 * metric.updateState([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7]);
 * console.log(await metric.result().item()); // about 0.3333
 * ```
 */
export class BinaryIoU extends IoU {
  static override readonly className: string = "BinaryIoU";
  static override readonly module: string = "keras.metrics";
  readonly threshold: number;

  /** @throws {ArgumentError} when a class is neither 0 nor 1. */
  constructor(options: BinaryIoUOptions = {}) {
    super({ ...options, numClasses: 2, targetClassIds: options.targetClassIds ?? [0, 1] });
    this.threshold = options.threshold ?? 0.5;
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, options: UpdateOptions = {}): void {
    const predicted = cast(greaterEqual(toTensor(yPred, "float32"), this.threshold), this.dtype);
    this.count(reshape(toTensor(yTrue, this.dtype), [-1]), reshape(predicted, [-1]), options.sampleWeight ?? 1);
  }

  override getConfig(): Record<string, unknown> {
    return { name: this.name, dtype: this.dtype, targetClassIds: this.targetClassIds, threshold: this.threshold };
  }
}

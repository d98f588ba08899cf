import { IoU, type ClassIoUOptions, type IoUOptions } from "./iou.ts";
import { MeanIoU } from "./mean-iou.ts";

/**
 * Intersection over union of one-hot targets and scores, as a mean over some classes.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.OneHotIoU({ numClasses: 2, targetClassIds: [0] });
 * metric.updateState([[1, 0], [1, 0], [0, 1]], [[0.9, 0.1], [0.2, 0.8], [0.1, 0.9]]);
 * console.log(await metric.result().item()); // about 0.5
 * ```
 */
export class OneHotIoU extends IoU {
  static override readonly className: string = "OneHotIoU";
  static override readonly module: string = "keras.metrics";

  constructor(options: Omit<IoUOptions, "sparseYTrue">) {
    super({ ...options, sparseYTrue: false, sparseYPred: options.sparseYPred ?? false });
  }

  override getConfig(): Record<string, unknown> {
    const { sparseYTrue: _, ...config } = super.getConfig();
    return config;
  }
}

/**
 * Intersection over union of one-hot targets and scores, as a mean over all classes.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.OneHotMeanIoU({ numClasses: 2 });
 * metric.updateState([[1, 0], [1, 0], [0, 1]], [[0.9, 0.1], [0.2, 0.8], [0.1, 0.9]]);
 * console.log(await metric.result().item()); // about 0.5
 * ```
 */
export class OneHotMeanIoU extends MeanIoU {
  static override readonly className: string = "OneHotMeanIoU";
  static override readonly module: string = "keras.metrics";

  constructor(options: Omit<ClassIoUOptions, "sparseYTrue">) {
    super({ ...options, sparseYTrue: false, sparseYPred: options.sparseYPred ?? false });
  }

  override getConfig(): Record<string, unknown> {
    const { sparseYTrue: _, ...config } = super.getConfig();
    return config;
  }
}

import { IoU, type ClassIoUOptions } from "./iou.ts";

/**
 * Intersection over union of targets and predictions, as a mean over all classes.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.MeanIoU({ numClasses: 2 });
 * metric.updateState([0, 0, 1, 1], [0, 1, 0, 1]);
 * console.log(await metric.result().item()); // about 0.3333
 * ```
 */
export class MeanIoU extends IoU {
  static override readonly className: string = "MeanIoU";
  static override readonly module: string = "keras.metrics";

  constructor(options: ClassIoUOptions) {
    super({ ...options, targetClassIds: Array.from({ length: options.numClasses }, (_, i) => i) });
  }

  override getConfig(): Record<string, unknown> {
    const { targetClassIds: _, ...config } = super.getConfig();
    return config;
  }
}

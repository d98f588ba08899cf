import { BaseAdaptivePooling, type AdaptivePoolingConfig } from "./base-adaptive-pooling.ts";

/**
 * The average of windows over images that are as large as an output of `outputSize` takes.
 *
 * @throws {ArgumentError} on sizes that are none.
 * @throws {ShapeError} when the input's rank does not fit.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.AdaptiveAveragePooling2D({ outputSize: 3 });
 * console.log(layer.apply(ops.ones([1, 6, 6, 2])).shape); // [1, 3, 3, 2]
 * ```
 */
export class AdaptiveAveragePooling2D extends BaseAdaptivePooling {
  static override readonly className: string = "AdaptiveAveragePooling2D";
  static override readonly module: string = "keras.layers";

  constructor(config: AdaptivePoolingConfig) {
    super(2, "average", config);
  }
}

import { BaseAdaptivePooling, type AdaptivePoolingConfig } from "./base-adaptive-pooling.ts";

/**
 * The average of windows over sequences that are as large as an output of `outputSize` takes.
 *
 * @throws {ArgumentError} on sizes that are none.
 * @throws {ShapeError} when the input's rank does not fit.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.AdaptiveAveragePooling1D({ outputSize: 3 });
 * console.log(layer.apply(ops.ones([1, 6, 2])).shape); // [1, 3, 2]
 * ```
 */
export class AdaptiveAveragePooling1D extends BaseAdaptivePooling {
  static override readonly className: string = "AdaptiveAveragePooling1D";
  static override readonly module: string = "keras.layers";

  constructor(config: AdaptivePoolingConfig) {
    super(1, "average", config);
  }
}

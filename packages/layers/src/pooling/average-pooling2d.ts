import { BasePooling, type PoolingConfig } from "./base-pooling.ts";

/**
 * The mean of each window of `[batch, height, width, channels]`, by channel.
 *
 * @throws {ArgumentError} on sizes that are none.
 * @throws {ShapeError} when the input's rank is not 4.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * console.log(new layers.AveragePooling2D({ poolSize: 2 }).apply(ops.ones([1, 4, 4, 3])).shape); // [1, 2, 2, 3]
 * ```
 */
export class AveragePooling2D extends BasePooling {
  static override readonly className: string = "AveragePooling2D";
  static override readonly module: string = "keras.layers";

  constructor(config: PoolingConfig = {}) {
    super(2, "average", config);
  }
}

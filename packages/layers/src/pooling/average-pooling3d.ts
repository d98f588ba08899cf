import { BasePooling, type PoolingConfig } from "./base-pooling.ts";

/**
 * The mean of each window of `[batch, depth, height, width, channels]`, by channel.
 *
 * @throws {ArgumentError} on sizes that are none.
 * @throws {ShapeError} when the input's rank is not 5.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * console.log(new layers.AveragePooling3D({ poolSize: 2 }).apply(ops.ones([1, 4, 4, 4, 3])).shape); // [1, 2, 2, 2, 3]
 * ```
 */
export class AveragePooling3D extends BasePooling {
  static override readonly className: string = "AveragePooling3D";
  static override readonly module: string = "keras.layers";

  constructor(config: PoolingConfig = {}) {
    super(3, "average", config);
  }
}

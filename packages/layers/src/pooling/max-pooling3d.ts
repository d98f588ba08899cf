import { BasePooling, type PoolingConfig } from "./base-pooling.ts";

/**
 * The largest value of each window of `[batch, depth, height, width, channels]`, by channel.
 *
 * @throws {ArgumentError} on sizes that are none.
 * @throws {ShapeError} when the input's rank is not 5.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * console.log(new layers.MaxPooling3D({ poolSize: 2 }).apply(ops.ones([1, 4, 4, 4, 3])).shape); // [1, 2, 2, 2, 3]
 * ```
 */
export class MaxPooling3D extends BasePooling {
  static override readonly className: string = "MaxPooling3D";
  static override readonly module: string = "keras.layers";

  constructor(config: PoolingConfig = {}) {
    super(3, "max", config);
  }
}

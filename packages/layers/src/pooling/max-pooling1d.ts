import { BasePooling, type PoolingConfig } from "./base-pooling.ts";

/**
 * The largest value of each window of `[batch, steps, channels]`, by channel.
 *
 * @throws {ArgumentError} on sizes that are none.
 * @throws {ShapeError} when the input's rank is not 3.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * console.log(new layers.MaxPooling1D({ poolSize: 2 }).apply(ops.ones([1, 4, 3])).shape); // [1, 2, 3]
 * ```
 */
export class MaxPooling1D extends BasePooling {
  static override readonly className: string = "MaxPooling1D";
  static override readonly module: string = "keras.layers";

  constructor(config: PoolingConfig = {}) {
    super(1, "max", config);
  }
}

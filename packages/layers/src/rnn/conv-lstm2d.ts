import { BaseConvLSTM, type ConvLSTMConfig } from "./conv-lstm.ts";

/**
 * A long short-term memory with convolutions over sequences of images: `[batch, steps, height, width, channels]` → `[batch, new height, new width, filters]`. Shi et al. 2015.
 *
 * @throws {ArgumentError} on sizes that are none.
 * @throws {ShapeError} when the input's rank does not fit, or the size of a step is unknown.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.ConvLSTM2D({ filters: 4, kernelSize: 3 });
 * console.log((layer.apply(ops.ones([1, 3, 8, 8, 2])) as ops.Tensor).shape); // [1, 6, 6, 4]
 * ```
 */
export class ConvLSTM2D extends BaseConvLSTM {
  static override readonly className: string = "ConvLSTM2D";
  static override readonly module: string = "keras.layers";

  constructor(config: ConvLSTMConfig) {
    super(2, config);
  }
}

import { BaseConvLSTM, type ConvLSTMConfig } from "./conv-lstm.ts";

/**
 * A long short-term memory with convolutions over sequences of volumes: `[batch, steps, depth, height, width, channels]` → `[batch, new depth, new height, new width, filters]`. Shi et al. 2015.
 *
 * @throws {ArgumentError} on sizes that are none.
 * @throws {ShapeError} when the input's rank does not fit, or the size of a step is unknown.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.ConvLSTM3D({ filters: 4, kernelSize: 3 });
 * console.log((layer.apply(ops.ones([1, 2, 4, 4, 4, 1])) as ops.Tensor).shape); // [1, 2, 2, 2, 4]
 * ```
 */
export class ConvLSTM3D extends BaseConvLSTM {
  static override readonly className: string = "ConvLSTM3D";
  static override readonly module: string = "keras.layers";

  constructor(config: ConvLSTMConfig) {
    super(3, config);
  }
}

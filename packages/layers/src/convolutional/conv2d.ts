import { BaseConv, type ConvConfig } from "./base-conv.ts";

/**
 * Convolution over images: `[batch, height, width, channels]` → `[batch, new height, new width, filters]`.
 *
 * @throws {ArgumentError} on sizes that are none.
 * @throws {ShapeError} when the input has not four axes, or its channels are unknown.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.Conv2D({ filters: 32, kernelSize: 3, activation: "relu" });
 * console.log(layer.apply(ops.ones([1, 28, 28, 1])).shape); // [1, 26, 26, 32]
 * ```
 */
export class Conv2D extends BaseConv {
  static override readonly className: string = "Conv2D";
  static override readonly module: string = "keras.layers";

  constructor(config: ConvConfig) {
    super(2, config);
  }
}

import { BaseConvTranspose, type ConvTransposeConfig } from "./base-conv-transpose.ts";

/**
 * Transposed convolution over images: `[batch, height, width, channels]` → `[batch, new height, new width, filters]`.
 * Zeiler et al. 2010.
 *
 * @throws {ArgumentError} on sizes that are none, strides together with dilation, or an output padding that is no less than the strides.
 * @throws {ShapeError} when the input's rank does not fit, or its channels are unknown.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.Conv2DTranspose({ filters: 3, kernelSize: 2, strides: 2 });
 * console.log(layer.apply(ops.ones([1, 4, 4, 2])).shape); // [1, 8, 8, 3]
 * ```
 */
export class Conv2DTranspose extends BaseConvTranspose {
  static override readonly className: string = "Conv2DTranspose";
  static override readonly module: string = "keras.layers";

  constructor(config: ConvTransposeConfig) {
    super(2, config);
  }
}

import { BaseConvTranspose, type ConvTransposeConfig } from "./base-conv-transpose.ts";

/**
 * Transposed convolution over volumes: `[batch, depth, height, width, channels]` → `[batch, new depth, new height, new width, filters]`.
 * Zeiler et al. 2010.
 *
 * @throws {ArgumentError} on sizes that are none, strides together with dilation, or an output padding that is no less than the strides.
 * @throws {ShapeError} when the input's rank does not fit, or its channels are unknown.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.Conv3DTranspose({ filters: 3, kernelSize: 2, strides: 2 });
 * console.log(layer.apply(ops.ones([1, 2, 2, 2, 1])).shape); // [1, 4, 4, 4, 3]
 * ```
 */
export class Conv3DTranspose extends BaseConvTranspose {
  static override readonly className: string = "Conv3DTranspose";
  static override readonly module: string = "keras.layers";

  constructor(config: ConvTransposeConfig) {
    super(3, config);
  }
}

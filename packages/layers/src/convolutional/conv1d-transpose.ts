import { BaseConvTranspose, type ConvTransposeConfig } from "./base-conv-transpose.ts";

/**
 * Transposed convolution over sequences: `[batch, steps, channels]` → `[batch, new steps, filters]`.
 * Zeiler et al. 2010.
 *
 * @throws {ArgumentError} on sizes that are none, strides together with dilation, or an output padding that is no less than the strides.
 * @throws {ShapeError} when the input's rank does not fit, or its channels are unknown.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.Conv1DTranspose({ filters: 3, kernelSize: 2, strides: 2 });
 * console.log(layer.apply(ops.ones([1, 4, 2])).shape); // [1, 8, 3]
 * ```
 */
export class Conv1DTranspose extends BaseConvTranspose {
  static override readonly className: string = "Conv1DTranspose";
  static override readonly module: string = "keras.layers";

  constructor(config: ConvTransposeConfig) {
    super(1, config);
  }
}

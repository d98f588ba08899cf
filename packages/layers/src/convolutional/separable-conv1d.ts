import { BaseSeparableConv, type SeparableConvConfig } from "./base-separable-conv.ts";

/**
 * Convolution over sequences in two steps: along the positions of each channel by itself, then across the channels. Chollet 2017.
 *
 * @throws {ArgumentError} on sizes that are none.
 * @throws {ShapeError} when the input's rank does not fit, or its channels are unknown.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.SeparableConv1D({ filters: 4, kernelSize: 3 });
 * console.log(layer.apply(ops.ones([1, 8, 3])).shape); // [1, 6, 4]
 * ```
 */
export class SeparableConv1D extends BaseSeparableConv {
  static override readonly className: string = "SeparableConv1D";
  static override readonly module: string = "keras.layers";

  constructor(config: SeparableConvConfig) {
    super(1, config);
  }
}

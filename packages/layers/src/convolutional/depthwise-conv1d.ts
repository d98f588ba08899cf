import { BaseDepthwiseConv, type DepthwiseConvConfig } from "./base-depthwise-conv.ts";

/**
 * Convolution along the steps of each channel by itself; `depthMultiplier` filters per channel.
 *
 * @throws {ArgumentError} on sizes that are none.
 * @throws {ShapeError} when the input's rank does not fit, or its channels are unknown.
 */
export class DepthwiseConv1D extends BaseDepthwiseConv {
  static override readonly className: string = "DepthwiseConv1D";
  static override readonly module: string = "keras.layers";

  constructor(config: DepthwiseConvConfig) {
    super(1, config);
  }
}

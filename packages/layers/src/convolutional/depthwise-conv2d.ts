import { BaseDepthwiseConv, type DepthwiseConvConfig } from "./base-depthwise-conv.ts";

/**
 * Convolution over the images of each channel by itself; `depthMultiplier` filters per channel.
 *
 * @throws {ArgumentError} on sizes that are none.
 * @throws {ShapeError} when the input's rank does not fit, or its channels are unknown.
 */
export class DepthwiseConv2D extends BaseDepthwiseConv {
  static override readonly className: string = "DepthwiseConv2D";
  static override readonly module: string = "keras.layers";

  constructor(config: DepthwiseConvConfig) {
    super(2, config);
  }
}

import { BaseConv, type ConvConfig } from "./base-conv.ts";

/**
 * Convolution over volumes: `[batch, depth, height, width, channels]` → the same with new sizes and `filters` channels.
 *
 * @throws {ArgumentError} on sizes that are none.
 * @throws {ShapeError} when the input has not five axes, or its channels are unknown.
 */
export class Conv3D extends BaseConv {
  static override readonly className: string = "Conv3D";
  static override readonly module: string = "keras.layers";

  constructor(config: ConvConfig) {
    super(3, config);
  }
}

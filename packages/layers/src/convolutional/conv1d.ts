import { conv, pad, type Tensor } from "@keras/ops";
import { BaseConv, type ConvConfig } from "./base-conv.ts";

/**
 * Convolution along one axis: `[batch, steps, channels]` → `[batch, new steps, filters]`.
 *
 * @throws {ArgumentError} on sizes that are none.
 * @throws {ShapeError} when the input has not three axes, or its channels are unknown.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.Conv1D({ filters: 4, kernelSize: 3, padding: "causal" });
 * console.log(layer.apply(ops.ones([2, 10, 8])).shape); // [2, 10, 4]
 * ```
 */
export class Conv1D extends BaseConv {
  static override readonly className: string = "Conv1D";
  static override readonly module: string = "keras.layers";

  constructor(config: ConvConfig) {
    super(1, config);
  }

  override convolve(inputs: Tensor): Tensor {
    if (this.padding !== "causal") return super.convolve(inputs);
    const { strides, dilationRate, dataFormat } = this;
    const before = [dilationRate[0]! * (this.kernelSize[0]! - 1), 0] as const;
    const widths = dataFormat === "channels_last" ? [[0, 0], before, [0, 0]] : [[0, 0], [0, 0], before];
    return conv(pad(inputs, widths as never), this.kernel, { strides, padding: "valid", dilationRate, dataFormat });
  }
}

import type { Tensor } from "@keras/ops";
import { InputSpec } from "../base/input-spec.ts";
import { dataFormatOf, type DataFormat } from "../base/sizes.ts";
import { BaseSpatialDropout, type SpatialDropoutConfig } from "./spatial-dropout.ts";

/** In training, drops whole channels of `[batch, depth, height, width, channels]`. Tompson et al. 2014. @throws {ArgumentError} when the rate is outside [0, 1]. */
export class SpatialDropout3D extends BaseSpatialDropout {
  static override readonly className: string = "SpatialDropout3D";
  static override readonly module: string = "keras.layers";
  readonly dataFormat: DataFormat;

  constructor(config: SpatialDropoutConfig) {
    super(config, 3);
    this.dataFormat = dataFormatOf(config.dataFormat ?? null, this.name);
    this.inputSpec = new InputSpec({ ndim: 5 });
  }

  override noiseShapeOf(inputs: Tensor): readonly (number | null)[] {
    return this.alongChannels(inputs, this.dataFormat);
  }
}

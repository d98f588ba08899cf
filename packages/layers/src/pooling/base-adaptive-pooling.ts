import { adaptiveAveragePool, adaptiveMaxPool, type Tensor } from "@keras/ops";
import { required, type LayerConfig } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import { dataFormatOf, sizePerAxis, type DataFormat } from "../base/sizes.ts";
import type { CallOptions } from "../base/types.ts";

/** Options of the adaptive pooling layers. */
export interface AdaptivePoolingConfig extends LayerConfig {
  /** Size of the output: one number, or one per spatial axis. */
  readonly outputSize: number | readonly number[];
  /** Default: the global one. */
  readonly dataFormat?: DataFormat | null | undefined;
}

/** Base of the layers that pool to a size of output, with windows as large as that takes. */
export abstract class BaseAdaptivePooling extends Layer<AdaptivePoolingConfig> {
  readonly mode: "max" | "average";
  readonly outputSize: readonly number[];
  readonly dataFormat: DataFormat;

  constructor(rank: number, mode: "max" | "average", config: AdaptivePoolingConfig) {
    super(config, { outputSize: required, dataFormat: null });
    this.mode = mode;
    this.outputSize = sizePerAxis(this.config.outputSize, rank, "outputSize", this.name);
    this.dataFormat = dataFormatOf(this.config.dataFormat, this.name);
    this.inputSpec = new InputSpec({ ndim: rank + 2 });
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    const pool = this.mode === "max" ? adaptiveMaxPool : adaptiveAveragePool;
    return pool(inputs, this.outputSize, { dataFormat: this.dataFormat });
  }
}

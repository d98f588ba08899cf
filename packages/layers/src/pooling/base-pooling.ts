import { averagePool, maxPool, type Tensor } from "@keras/ops";
import type { Defaults, LayerConfig } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import { dataFormatOf, oneOf, sizePerAxis, type DataFormat } from "../base/sizes.ts";
import type { CallOptions } from "../base/types.ts";

/** Options of the pooling layers. */
export interface PoolingConfig extends LayerConfig {
  /** Size of the window: one number, or one per spatial axis. Default 2. */
  readonly poolSize?: number | readonly number[] | undefined;
  /** Step of the window. Default null: its size. */
  readonly strides?: number | readonly number[] | null | undefined;
  /** `valid`: windows stay inside; `same`: the edges are pooled too. Default `valid`. */
  readonly padding?: "valid" | "same" | undefined;
  /** Default: the global one. */
  readonly dataFormat?: DataFormat | null | undefined;
}

const DEFAULTS: Defaults = { poolSize: 2, padding: "valid", strides: null, dataFormat: null };

/** Base of the pooling layers: each window becomes one number per channel. */
export abstract class BasePooling extends Layer<PoolingConfig> {
  readonly mode: "max" | "average";
  readonly poolSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: "valid" | "same";
  readonly dataFormat: DataFormat;

  constructor(rank: number, mode: "max" | "average", config: PoolingConfig = {}) {
    super(config, DEFAULTS);
    const { name, config: c } = this;
    this.mode = mode;
    this.poolSize = sizePerAxis(c.poolSize, rank, "poolSize", name);
    this.strides = sizePerAxis(c.strides ?? c.poolSize, rank, "strides", name);
    this.padding = oneOf(c.padding, ["valid", "same"], "padding", name);
    this.dataFormat = dataFormatOf(c.dataFormat, name);
    this.inputSpec = new InputSpec({ ndim: rank + 2 });
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    const { strides, padding, dataFormat } = this;
    return (this.mode === "max" ? maxPool : averagePool)(inputs, this.poolSize, { strides, padding, dataFormat });
  }
}

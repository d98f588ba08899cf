import type { Defaults, LayerConfig } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import { dataFormatOf, type DataFormat } from "../base/sizes.ts";

/** Options of the layers that pool over all positions. */
export interface GlobalPoolingConfig extends LayerConfig {
  /** Default: the global one. */
  readonly dataFormat?: DataFormat | null | undefined;
  /** Keep the pooled axes with size 1. Default false. */
  readonly keepdims?: boolean | undefined;
}

const DEFAULTS: Defaults = { dataFormat: null, keepdims: false };

/** Base of the layers that pool over all positions. */
export abstract class BaseGlobalPooling extends Layer<GlobalPoolingConfig> {
  readonly dataFormat: DataFormat;
  readonly keepdims: boolean;
  /** The spatial axes. */
  readonly axes: readonly number[];

  constructor(rank: number, config: GlobalPoolingConfig = {}) {
    super(config, DEFAULTS);
    this.dataFormat = dataFormatOf(this.config.dataFormat, this.name);
    this.keepdims = this.config.keepdims;
    this.axes = Array.from({ length: rank }, (_, i) => i + (this.dataFormat === "channels_last" ? 1 : 2));
    this.inputSpec = new InputSpec({ ndim: rank + 2 });
  }
}

import { pad, type Tensor } from "@keras/ops";
import type { LayerConfig } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import { dataFormatOf, type DataFormat } from "../base/sizes.ts";
import type { CallOptions } from "../base/types.ts";
import { edgePairs, onAllAxes, type Edges } from "./edges.ts";

/** Options of the zero paddings. */
export interface ZeroPaddingConfig extends LayerConfig {
  /** Zeros at both ends of each spatial axis: one number, one per axis, or a pair per axis. Default 1. */
  readonly padding?: Edges | undefined;
  /** Default: the global one. */
  readonly dataFormat?: DataFormat | null | undefined;
}

/** Base of the layers that add zeros around their input. */
export abstract class BaseZeroPadding extends Layer<ZeroPaddingConfig> {
  readonly pairs: readonly (readonly [number, number])[];
  readonly dataFormat: DataFormat;

  constructor(rank: number, config: ZeroPaddingConfig) {
    super(config, { padding: 1, dataFormat: null });
    this.pairs = edgePairs(this.config.padding, rank, "padding", this.name);
    this.dataFormat = dataFormatOf(this.config.dataFormat, this.name);
    this.inputSpec = new InputSpec({ ndim: rank + 2 });
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    return pad(inputs, onAllAxes(this.pairs, [0, 0] as const, this.dataFormat) as never);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), padding: this.pairs.length === 1 ? this.pairs[0] : this.pairs };
  }
}

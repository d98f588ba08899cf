import { expandDims, repeat, type Tensor } from "@keras/ops";
import { required, type LayerConfig } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import { positiveInteger } from "../base/sizes.ts";
import type { CallOptions } from "../base/types.ts";

/** Options of {@link RepeatVector}. */
export interface RepeatVectorConfig extends LayerConfig {
  /** How often. */
  readonly n: number;
}

/** Each vector n times: `[batch, features]` → `[batch, n, features]`. @throws {ArgumentError} when n is not a positive integer. */
export class RepeatVector extends Layer<RepeatVectorConfig> {
  static override readonly className: string = "RepeatVector";
  static override readonly module: string = "keras.layers";
  readonly n: number;

  constructor(config: RepeatVectorConfig) {
    super(config, { n: required });
    this.n = positiveInteger(this.config.n, "n", this.name);
    this.inputSpec = new InputSpec({ ndim: 2 });
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    return repeat(expandDims(inputs, 1), this.n, { axis: 1 });
  }
}

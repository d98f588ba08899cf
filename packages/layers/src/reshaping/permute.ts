import { ArgumentError, transpose, type Tensor } from "@keras/ops";
import { required, type LayerConfig } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import type { CallOptions } from "../base/types.ts";

/** Options of {@link Permute}. */
export interface PermuteConfig extends LayerConfig {
  /** The axes of a sample, counted from 1, in their new order. */
  readonly dims: readonly number[];
}

/** Reorders the axes of each sample. @throws {ArgumentError} when `dims` is no permutation of 1, 2, …. */
export class Permute extends Layer<PermuteConfig> {
  static override readonly className: string = "Permute";
  static override readonly module: string = "keras.layers";
  readonly dims: readonly number[];

  constructor(config: PermuteConfig) {
    super(config, { dims: required });
    this.dims = [...this.config.dims];
    if ([...this.dims].sort((a, b) => a - b).some((d, i) => d !== i + 1))
      throw new ArgumentError(`dims must be a permutation of 1 to ${this.dims.length}, got [${this.dims.join(", ")}]`, {
        layer: this.name,
      });
    this.inputSpec = new InputSpec({ ndim: this.dims.length + 1 });
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    return transpose(inputs, [0, ...this.dims]);
  }
}

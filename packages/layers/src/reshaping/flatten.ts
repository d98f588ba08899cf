import { dim, reshape, transpose, type Tensor } from "@keras/ops";
import type { LayerConfig } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import { dataFormatOf, type DataFormat } from "../base/sizes.ts";
import type { CallOptions } from "../base/types.ts";

/** Options of {@link Flatten}. */
export interface FlattenConfig extends LayerConfig {
  /** `channels_first`: channels are moved last before flattening, so that both formats give one order. Default: the global one. */
  readonly dataFormat?: DataFormat | null | undefined;
}

/**
 * One axis for each sample: `[batch, ...]` → `[batch, n]`.
 *
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * console.log(new layers.Flatten().apply(ops.ones([2, 3, 4])).shape); // [2, 12]
 * ```
 */
export class Flatten extends Layer<FlattenConfig> {
  static override readonly className: string = "Flatten";
  static override readonly module: string = "keras.layers";
  readonly dataFormat: DataFormat;

  constructor(config: FlattenConfig = {}) {
    super(config, { dataFormat: null });
    this.dataFormat = dataFormatOf(this.config.dataFormat, this.name);
    this.inputSpec = new InputSpec({ minNdim: 1 });
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    const rank = inputs.ndim;
    const ordered =
      this.dataFormat === "channels_first" && rank > 2
        ? transpose(inputs, [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1])
        : inputs;
    return reshape(ordered, [inputs.shape[0]!, dim.product(ordered.shape.slice(1))]);
  }
}

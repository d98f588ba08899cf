import { repeat, type Tensor } from "@keras/ops";
import type { LayerConfig } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import { dataFormatOf, sizePerAxis, type DataFormat } from "../base/sizes.ts";
import type { CallOptions } from "../base/types.ts";

/** Options of {@link UpSampling3D}. */
export interface UpSampling3DConfig extends LayerConfig {
  /** Factors of depth, height and width. Default 2. */
  readonly size?: number | readonly number[] | undefined;
  /** Default: the global one. */
  readonly dataFormat?: DataFormat | null | undefined;
}

/**
 * Repeats the elements of volumes along each spatial axis.
 *
 * @throws {ArgumentError} on sizes that are none.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * console.log(new layers.UpSampling3D().apply(ops.ones([1, 2, 2, 2, 3])).shape); // [1, 4, 4, 4, 3]
 * ```
 */
export class UpSampling3D extends Layer<UpSampling3DConfig> {
  static override readonly className: string = "UpSampling3D";
  static override readonly module: string = "keras.layers";
  readonly size: readonly number[];
  readonly dataFormat: DataFormat;

  constructor(config: UpSampling3DConfig = {}) {
    super(config, { size: [2, 2, 2], dataFormat: null });
    this.size = sizePerAxis(this.config.size, 3, "size", this.name);
    this.dataFormat = dataFormatOf(this.config.dataFormat, this.name);
    this.inputSpec = new InputSpec({ ndim: 5 });
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    const first = this.dataFormat === "channels_last" ? 1 : 2;
    return this.size.reduce((x, factor, i) => repeat(x, factor, { axis: first + i }), inputs);
  }
}

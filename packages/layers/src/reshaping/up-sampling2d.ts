import { repeat, transpose, type Tensor } from "@keras/ops";
import * as image from "@keras/ops/image";
import type { LayerConfig } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import { dataFormatOf, knownSize, oneOf, sizePerAxis, type DataFormat } from "../base/sizes.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";

/** How pixels between others are made. */
export type UpSamplingInterpolation = "nearest" | "bilinear" | "bicubic" | "lanczos3" | "lanczos5";

/** Options of {@link UpSampling2D}. */
export interface UpSampling2DConfig extends LayerConfig {
  /** Factors of height and width. Default 2. */
  readonly size?: number | readonly number[] | undefined;
  /** Default: the global one. */
  readonly dataFormat?: DataFormat | null | undefined;
  /** Default `nearest`: pixels are repeated. */
  readonly interpolation?: UpSamplingInterpolation | undefined;
}

/**
 * Makes images larger: `[batch, height, width, channels]` → `[batch, size[0] · height, size[1] · width, channels]`.
 *
 * @throws {ArgumentError} on sizes that are none, or an unknown interpolation.
 * @throws {ShapeError} when pixels are interpolated and the size of the images is unknown.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.UpSampling2D({ size: [2, 3], interpolation: "bilinear" });
 * console.log(layer.apply(ops.ones([1, 4, 4, 2])).shape); // [1, 8, 12, 2]
 * ```
 */
export class UpSampling2D extends Layer<UpSampling2DConfig> {
  static override readonly className: string = "UpSampling2D";
  static override readonly module: string = "keras.layers";
  readonly size: readonly number[];
  readonly dataFormat: DataFormat;
  readonly interpolation: UpSamplingInterpolation;

  constructor(config: UpSampling2DConfig = {}) {
    super(config, { size: [2, 2], dataFormat: null, interpolation: "nearest" });
    const { size, dataFormat, interpolation } = this.config;
    this.size = sizePerAxis(size, 2, "size", this.name);
    this.dataFormat = dataFormatOf(dataFormat, this.name);
    const known = ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"] as const;
    this.interpolation = oneOf(interpolation, known, "interpolation", this.name);
    this.inputSpec = new InputSpec({ ndim: 4 });
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    const first = this.dataFormat === "channels_first";
    const x = first ? transpose(inputs, [0, 2, 3, 1]) : inputs;
    const y = this.interpolation === "nearest" ? this.repeated(x) : this.resized(x, this.interpolation);
    return first ? transpose(y, [0, 3, 1, 2]) : y;
  }

  repeated(x: Tensor): Tensor {
    return repeat(repeat(x, this.size[0]!, { axis: 1 }), this.size[1]!, { axis: 2 });
  }

  resized(x: Tensor, interpolation: Exclude<UpSamplingInterpolation, "nearest">): Tensor {
    const size = this.size.map((factor, i) => factor * knownSize(x.shape as LayerShape, i + 1, this.path));
    return image.resize(x, size, { dataFormat: "channels_last", interpolation });
  }
}

import { add, cast, imageDataFormat, multiply, reshape, toTensor, type Tensor, type TensorLike } from "@keras/ops";
import { required, type LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import type { CallOptions } from "../base/types.ts";

/** Options of {@link Rescaling}. */
export interface RescalingConfig extends LayerConfig {
  /** A factor, or one per channel. */
  readonly scale: number | readonly number[];
  /** A shift, or one per channel. Default 0. */
  readonly offset?: number | readonly number[] | undefined;
}

/**
 * `x · scale + offset`: `{ scale: 1 / 255 }` brings pixels to [0, 1].
 *
 * @example
 * ```ts
 * import { layers } from "keras";
 * console.log(await new layers.Rescaling({ scale: 1 / 255 }).apply([0, 255]).array()); // [0, 1]
 * ```
 */
export class Rescaling extends Layer<RescalingConfig> {
  static override readonly className: string = "Rescaling";
  static override readonly module: string = "keras.layers";

  constructor(config: RescalingConfig) {
    super(config, { scale: required, offset: 0 });
    this.supportsMasking = true;
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    const dtype = this.computeDtype;
    const along = (value: number | readonly number[]): Tensor => toTensor(value as TensorLike, dtype);
    let scale = along(this.config.scale);
    if (scale.ndim > 0 && imageDataFormat() === "channels_first")
      scale = reshape(scale, [...scale.shape, ...new Array<number>(3 - scale.ndim).fill(1)]);
    return add(multiply(cast(inputs, dtype), scale), along(this.config.offset));
  }
}

import { mean, type Tensor } from "@keras/ops";
import type { CallOptions } from "../base/types.ts";
import { BaseGlobalPooling, type GlobalPoolingConfig } from "./base-global-pooling.ts";

/** The mean of each channel: `[batch, depth, height, width, channels]` → `[batch, channels]`. */
export class GlobalAveragePooling3D extends BaseGlobalPooling {
  static override readonly className: string = "GlobalAveragePooling3D";
  static override readonly module: string = "keras.layers";

  constructor(config: GlobalPoolingConfig = {}) {
    super(3, config);
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    return mean(inputs, { axis: this.axes, keepdims: this.keepdims });
  }
}

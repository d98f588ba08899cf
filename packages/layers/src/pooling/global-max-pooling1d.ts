import { max, type Tensor } from "@keras/ops";
import type { CallOptions } from "../base/types.ts";
import { BaseGlobalPooling, type GlobalPoolingConfig } from "./base-global-pooling.ts";

/** The largest value of each channel: `[batch, steps, channels]` → `[batch, channels]`. */
export class GlobalMaxPooling1D extends BaseGlobalPooling {
  static override readonly className: string = "GlobalMaxPooling1D";
  static override readonly module: string = "keras.layers";

  constructor(config: GlobalPoolingConfig = {}) {
    super(1, config);
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    return max(inputs, { axis: this.axes, keepdims: this.keepdims });
  }
}

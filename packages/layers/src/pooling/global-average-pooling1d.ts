import { cast, divide, expandDims, mean, sum, where, type Tensor } from "@keras/ops";
import type { CallOptions } from "../base/types.ts";
import { BaseGlobalPooling, type GlobalPoolingConfig } from "./base-global-pooling.ts";

/** The mean of each channel over the steps that count: `[batch, steps, channels]` → `[batch, channels]`. */
export class GlobalAveragePooling1D extends BaseGlobalPooling {
  static override readonly className: string = "GlobalAveragePooling1D";
  static override readonly module: string = "keras.layers";

  constructor(config: GlobalPoolingConfig = {}) {
    super(1, config);
    this.supportsMasking = true;
  }

  override call(inputs: Tensor, options: CallOptions = {}): Tensor {
    const over = { axis: this.axes, keepdims: this.keepdims };
    if (!options.mask) return mean(inputs, over);
    const counts = cast(expandDims(options.mask as Tensor, this.dataFormat === "channels_last" ? 2 : 1), "bool");
    return divide(sum(where(counts, inputs, 0), over), sum(cast(counts, inputs.dtype), over));
  }

  override computeMask(): null {
    return null;
  }
}

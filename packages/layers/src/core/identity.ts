import { type Tensor } from "@keras/ops";
import * as tree from "@keras/ops/tree";
import type { LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import type { CallOptions } from "../base/types.ts";

/** Its input as it is: a placeholder. */
export class Identity extends Layer {
  static override readonly className: string = "Identity";
  static override readonly module: string = "keras.layers";

  constructor(config: LayerConfig = {}) {
    super(config, {});
    this.supportsMasking = true;
  }

  override call<T extends tree.Tree<Tensor>>(inputs: T, _options?: CallOptions): T {
    return inputs;
  }
}

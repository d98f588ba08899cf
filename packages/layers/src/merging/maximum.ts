import { maximum, type Tensor } from "@keras/ops";
import type { LayerConfig } from "../base/config.ts";
import { BaseMerge } from "./base-merge.ts";

/**
 * The largest of all inputs, elementwise.
 *
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * console.log(await new layers.Maximum().apply([ops.array([1, 5]), ops.array([3, 4])]).array()); // [3, 5]
 * ```
 */
export class Maximum extends BaseMerge {
  static override readonly className: string = "Maximum";
  static override readonly module: string = "keras.layers";

  constructor(config: LayerConfig = {}) {
    super(config, {});
  }

  override merge(inputs: readonly Tensor[]): Tensor {
    return this.fold(inputs, (a, b) => maximum(a, b));
  }
}

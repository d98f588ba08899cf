import { minimum, type Tensor } from "@keras/ops";
import type { LayerConfig } from "../base/config.ts";
import { BaseMerge } from "./base-merge.ts";

/**
 * The smallest of all inputs, elementwise.
 *
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * console.log(await new layers.Minimum().apply([ops.array([1, 5]), ops.array([3, 4])]).array()); // [1, 4]
 * ```
 */
export class Minimum extends BaseMerge {
  static override readonly className: string = "Minimum";
  static override readonly module: string = "keras.layers";

  constructor(config: LayerConfig = {}) {
    super(config, {});
  }

  override merge(inputs: readonly Tensor[]): Tensor {
    return this.fold(inputs, (a, b) => minimum(a, b));
  }
}

import { multiply, type Tensor } from "@keras/ops";
import type { LayerConfig } from "../base/config.ts";
import { BaseMerge } from "./base-merge.ts";

/**
 * The product of all inputs.
 *
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * console.log(await new layers.Multiply().apply([ops.array([1, 5]), ops.array([3, 4])]).array()); // [3, 20]
 * ```
 */
export class Multiply extends BaseMerge {
  static override readonly className: string = "Multiply";
  static override readonly module: string = "keras.layers";

  constructor(config: LayerConfig = {}) {
    super(config, {});
  }

  override merge(inputs: readonly Tensor[]): Tensor {
    return this.fold(inputs, (a, b) => multiply(a, b));
  }
}

import { add, type Tensor } from "@keras/ops";
import type { LayerConfig } from "../base/config.ts";
import { BaseMerge } from "./base-merge.ts";

/**
 * The sum of all inputs.
 *
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * console.log(await new layers.Add().apply([ops.array([1, 5]), ops.array([3, 4])]).array()); // [4, 9]
 * ```
 */
export class Add extends BaseMerge {
  static override readonly className: string = "Add";
  static override readonly module: string = "keras.layers";

  constructor(config: LayerConfig = {}) {
    super(config, {});
  }

  override merge(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((a, b) => add(a, b));
  }
}

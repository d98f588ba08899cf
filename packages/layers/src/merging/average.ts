import { add, divide, type Tensor } from "@keras/ops";
import type { LayerConfig } from "../base/config.ts";
import { BaseMerge } from "./base-merge.ts";

/**
 * The mean of all inputs.
 *
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * console.log(await new layers.Average().apply([ops.array([1, 5]), ops.array([3, 4])]).array()); // [2, 4.5]
 * ```
 */
export class Average extends BaseMerge {
  static override readonly className: string = "Average";
  static override readonly module: string = "keras.layers";

  constructor(config: LayerConfig = {}) {
    super(config, {});
  }

  override merge(inputs: readonly Tensor[]): Tensor {
    return divide(
      inputs.reduce((a, b) => add(a, b)),
      inputs.length,
    );
  }
}

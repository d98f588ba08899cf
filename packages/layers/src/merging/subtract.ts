import { ArgumentError, subtract, type Tensor } from "@keras/ops";
import type { LayerConfig } from "../base/config.ts";
import type { LayerShape } from "../base/types.ts";
import { BaseMerge } from "./base-merge.ts";

/**
 * The first input minus the second.
 *
 * @throws {ArgumentError} unless there are two inputs.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * console.log(await new layers.Subtract().apply([ops.array([1, 5]), ops.array([3, 4])]).array()); // [-2, 1]
 * ```
 */
export class Subtract extends BaseMerge {
  static override readonly className: string = "Subtract";
  static override readonly module: string = "keras.layers";

  constructor(config: LayerConfig = {}) {
    super(config, {});
  }

  override build(inputShape: readonly LayerShape[]): void {
    super.build(inputShape);
    if (inputShape.length !== 2)
      throw new ArgumentError(`the layer takes two inputs, got ${inputShape.length}`, { layer: this.path });
  }

  override merge(inputs: readonly Tensor[]): Tensor {
    return subtract(inputs[0]!, inputs[1]!);
  }
}

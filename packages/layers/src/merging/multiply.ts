import { any, cast, logicalOr, multiply, setMask, where, type Tensor } from "@keras/ops";
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

  /** A masked step counts as 1; where every input has a mask, a step that all of them mask is 0. */
  override merge(inputs: readonly Tensor[]): Tensor {
    const masks = inputs.map((x) => this.spreadMask(x));
    const factors = inputs.map((x, i) => (masks[i] ? where(masks[i], x, cast(1, x.dtype)) : x));
    const product = factors.reduce((a, b) => multiply(a, b));
    if (masks.some((m) => m === null)) return product;
    const counts = (masks as readonly Tensor[]).reduce((a, b) => logicalOr(a, b));
    const output = where(counts, product, cast(0, product.dtype));
    setMask(output, any(counts, { axis: -1 }));
    return output;
  }
}

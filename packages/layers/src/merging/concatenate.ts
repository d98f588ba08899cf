import {
  any,
  concatenate,
  expandDims,
  formatShape,
  isKerasTensor,
  isTensor,
  logicalOr,
  normalizeAxis,
  onesLike,
  ShapeError,
  zerosLike,
  ArgumentError,
  type Tensor,
} from "@keras/ops";
import type { LayerConfig } from "../base/config.ts";
import type { CallOptions, LayerShape, MaskTree } from "../base/types.ts";
import { BaseMerge, checkList } from "./base-merge.ts";

/** Options of {@link Concatenate}. */
export interface ConcatenateConfig extends LayerConfig {
  /** Axis along which the inputs are joined. Default -1. */
  readonly axis?: number | undefined;
}

/**
 * Joins tensors along an axis; they agree in all others.
 *
 * @throws {ShapeError} when they do not.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * console.log(new layers.Concatenate().apply([ops.ones([2, 3]), ops.ones([2, 4])]).shape); // [2, 7]
 * ```
 */
export class Concatenate extends BaseMerge<ConcatenateConfig> {
  static override readonly className: string = "Concatenate";
  static override readonly module: string = "keras.layers";
  readonly axis: number;

  constructor(config: ConcatenateConfig = {}) {
    super(config, { axis: -1 });
    this.axis = this.config.axis;
  }

  override build(inputShape: readonly LayerShape[]): void {
    const shapes = checkList(inputShape, 1, this.path);
    const rank = shapes[0]!.length;
    const fail = (): never => {
      throw new ShapeError(
        `inputs must have one shape but for axis ${this.axis}, got ${shapes.map(formatShape).join(", ")}`,
        { layer: this.path },
      );
    };
    if (shapes.some((s) => s.length !== rank)) fail();
    const joined = normalizeAxis(this.axis, rank, "concatenate");
    for (let i = 0; i < rank; i++) {
      if (i !== joined && new Set(shapes.map((s) => s[i]).filter((d) => d !== null)).size > 1) fail();
    }
  }

  override call(inputs: readonly Tensor[], _options?: CallOptions): Tensor {
    return this.merge(inputs);
  }

  override merge(inputs: readonly Tensor[]): Tensor {
    return concatenate(inputs, { axis: this.axis });
  }

  override computeMask(inputs: readonly Tensor[], mask: MaskTree): unknown {
    if (mask === null) return null;
    if (!Array.isArray(mask) || isTensor(mask) || isKerasTensor(mask) || mask.length !== inputs.length)
      throw new ArgumentError("there must be one mask for each input", { layer: this.path });
    if (mask.every((m) => m === null)) return null;
    const full = inputs.map((x, i) => {
      const m = mask[i] as Tensor | null;
      if (m === null) return onesLike(x, { dtype: "bool" });
      return m.ndim < x.ndim ? logicalOr(expandDims(m, -1), zerosLike(x, { dtype: "bool" })) : m;
    });
    return any(concatenate(full, { axis: this.axis }), { axis: -1 });
  }
}

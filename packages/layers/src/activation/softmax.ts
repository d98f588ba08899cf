import {
  cast,
  exp,
  formatShape,
  greater,
  logsumexp,
  ShapeError,
  softmax,
  subtract,
  where,
  type Tensor,
} from "@keras/ops";
import type { LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import type { CallOptions } from "../base/types.ts";

/** Options of {@link Softmax}. */
export interface SoftmaxConfig extends LayerConfig {
  /** Axes along which the results sum to 1. Default -1. */
  readonly axis?: number | readonly number[] | undefined;
}

/**
 * exp(x), scaled to sum to 1; masked elements get 0.
 *
 * @example
 * ```ts
 * import { layers } from "keras";
 * console.log(await new layers.Softmax().apply([[0, 0]]).array()); // [[0.5, 0.5]]
 * ```
 */
export class Softmax extends Layer<SoftmaxConfig> {
  static override readonly className: string = "Softmax";
  static override readonly module: string = "keras.layers";
  readonly axis: number | readonly number[];

  constructor(config: SoftmaxConfig = {}) {
    super(config, { axis: -1 });
    this.axis = this.config.axis;
    this.supportsMasking = true;
  }

  override call(inputs: Tensor, options: CallOptions = {}): Tensor {
    const given = (options.mask ?? null) as Tensor | null;
    if (given) checkMask(given, inputs, this.path);
    const mask = given === null || given.dtype === "bool" ? given : greater(given, 0.5);
    const x = mask ? where(mask, inputs, cast(inputs.dtype === "float16" ? -3e4 : -1e9, inputs.dtype)) : inputs;
    const axes = typeof this.axis === "number" ? [this.axis] : this.axis;
    const y =
      axes.length === 1
        ? softmax(x, { axis: axes[0]! })
        : exp(subtract(x, logsumexp(x, { axis: axes, keepdims: true })));
    return mask ? where(mask, y, 0) : y;
  }
}

/** @throws {ShapeError} when a mask does not broadcast to the inputs. */
function checkMask(mask: Tensor, inputs: Tensor, layer: string): void {
  const offset = inputs.ndim - mask.ndim;
  const fits =
    offset >= 0 &&
    mask.shape.every(
      (d, i) =>
        typeof d !== "number" ||
        typeof inputs.shape[i + offset] !== "number" ||
        d === 1 ||
        d === inputs.shape[i + offset],
    );
  if (!fits)
    throw new ShapeError(
      `a mask of shape ${formatShape(mask.shape)} does not broadcast to inputs of shape ${formatShape(inputs.shape)}`,
      { layer },
    );
}

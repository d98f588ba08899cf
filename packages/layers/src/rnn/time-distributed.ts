import {
  ArgumentError,
  formatShape,
  reshape,
  shape,
  ShapeError,
  stack,
  swapaxes,
  unstack,
  type Tensor,
} from "@keras/ops";
import { Wrapper, type WrapperConfig } from "../core/wrapper.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";

/** Options of {@link TimeDistributed}. */
export type TimeDistributedConfig = WrapperConfig;

/**
 * Applies a layer to each time step: `[batch, steps, ...]` → `[batch, steps, ...]`.
 *
 * @throws {ShapeError} when the input has fewer than three axes, or a mask does not fit it.
 * @throws {ArgumentError} when the layer has a state of its own and the number of steps is unknown.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.TimeDistributed({ layer: new layers.Conv2D({ filters: 4, kernelSize: 3 }) });
 * console.log((layer.apply(ops.ones([2, 5, 8, 8, 3])) as ops.Tensor).shape); // [2, 5, 6, 6, 4]
 * ```
 */
export class TimeDistributed extends Wrapper<TimeDistributedConfig> {
  static override readonly className: string = "TimeDistributed";

  constructor(config: TimeDistributedConfig) {
    super(config);
    this.supportsMasking = true;
  }

  override build(inputShape: LayerShape): void {
    if (inputShape.length < 3)
      throw new ShapeError(`the input needs the axes [batch, steps, ...], but has shape ${formatShape(inputShape)}`, {
        layer: this.path,
      });
    super.build([inputShape[0]!, ...inputShape.slice(2)]);
  }

  override call(inputs: Tensor, options: CallOptions = {}): Tensor {
    const mask = (options.mask ?? null) as Tensor | null;
    if (mask) this.checkMask(mask, inputs);
    return this.isStateless() ? this.allAtOnce(inputs, mask, options) : this.oneByOne(inputs, mask, options);
  }

  /** Whether the layer does to a batch what it does to each sample: no statistics, nothing random. */
  isStateless(): boolean {
    return this.layer.flattenLayers().every((layer) => {
      const { variables, seeds } = layer.tracked();
      return seeds.length === 0 && variables.every((v) => v.madeTrainable);
    });
  }

  allAtOnce(inputs: Tensor, mask: Tensor | null, { training }: CallOptions): Tensor {
    const [batch, steps, ...rest] = shape(inputs);
    const flat = reshape(inputs, [-1, ...rest]);
    const flatMask = mask && reshape(mask, [-1, ...shape(mask).slice(2)]);
    const y = this.layer.applyAny(flat, { training, ...(flatMask ? { mask: flatMask } : {}) }) as Tensor;
    return reshape(y, [batch!, steps!, ...shape(y).slice(1)]);
  }

  oneByOne(inputs: Tensor, mask: Tensor | null, { training }: CallOptions): Tensor {
    if (typeof inputs.shape[1] !== "number")
      throw new ArgumentError(
        `the layer '${this.layer.name}' has statistics or is random, so it is called step by step: the number of steps must be known`,
        { layer: this.path },
      );
    const masks = mask && unstack(swapaxes(mask, 0, 1));
    const outputs = unstack(swapaxes(inputs, 0, 1)).map(
      (x, i) => this.layer.applyAny(x, { training, ...(masks ? { mask: masks[i] } : {}) }) as Tensor,
    );
    return stack(outputs, { axis: 1 });
  }

  checkMask(mask: Tensor, inputs: Tensor): void {
    const differs = (axis: number): boolean => {
      const [a, b] = [mask.shape[axis], inputs.shape[axis]];
      return typeof a === "number" && typeof b === "number" && a !== b;
    };
    if (mask.ndim < 2 || differs(0) || differs(1))
      throw new ShapeError(
        `a mask of shape ${formatShape(mask.shape)} does not fit an input of shape ${formatShape(inputs.shape)}: both begin with batch and steps`,
        { layer: this.path },
      );
  }
}

import { add, multiply, negative, relu, type Tensor, type Variable } from "@keras/ops";
import type { Defaults, LayerConfig } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import { knownSize } from "../base/sizes.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import { resolveWeightParts, weightParts, type WeightParts } from "../base/weight-parts.ts";

/** Options of {@link PReLU}. */
export interface PReLUConfig extends LayerConfig, WeightParts<"alpha"> {
  /** Axes along which one slope is shared, counted with the batch: `[1, 2]` for one per channel of images. Default none. */
  readonly sharedAxes?: number | readonly number[] | null | undefined;
}

const DEFAULTS: Defaults = {
  alphaInitializer: "zeros",
  alphaRegularizer: null,
  alphaConstraint: null,
  sharedAxes: null,
};

/**
 * `x`, and below 0 `alpha · x` with slopes that are learnt. He et al. 2015.
 *
 * @throws {ShapeError} when the size of an axis with slopes of its own is unknown.
 * @example
 * ```ts
 * import { layers } from "keras";
 * const layer = new layers.PReLU({ alphaInitializer: "ones" });
 * console.log(await layer.apply([[-2, 3]]).array()); // [[-2, 3]]
 * ```
 */
export class PReLU extends Layer<PReLUConfig> {
  static override readonly className: string = "PReLU";
  static override readonly module: string = "keras.layers";
  readonly sharedAxes: readonly number[] | null;
  declare alpha: Variable;

  constructor(config: PReLUConfig = {}) {
    super(config, DEFAULTS);
    const { sharedAxes } = this.config;
    this.sharedAxes = typeof sharedAxes === "number" ? [sharedAxes] : sharedAxes;
    resolveWeightParts(this, ["alpha"]);
    this.supportsMasking = true;
  }

  override build(inputShape: LayerShape): void {
    const axes = inputShape.map((_, axis) => axis).slice(1);
    const own = axes.filter((axis) => !this.sharedAxes?.includes(axis));
    const shape = axes.map((axis) => (own.includes(axis) ? knownSize(inputShape, axis, this.path) : 1));
    this.alpha = this.addWeight({ name: "alpha", shape, ...weightParts(this, "alpha") });
    const fixed = this.sharedAxes?.length ? own.map((axis) => [axis, inputShape[axis]!]) : [];
    this.inputSpec = new InputSpec({ ndim: inputShape.length, axes: Object.fromEntries(fixed) });
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    return add(relu(inputs), multiply(negative(this.alpha), relu(negative(inputs))));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), sharedAxes: this.sharedAxes };
  }
}

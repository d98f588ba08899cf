import {
  ArgumentError,
  add,
  cast,
  layerNormalization,
  multiply,
  normalizeAxis,
  reshape,
  rsqrt,
  var_,
  type Tensor,
  type Variable,
} from "@keras/ops";
import type { Defaults, LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import { knownSize } from "../base/sizes.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import { resolveWeightParts, weightParts, type WeightParts } from "../base/weight-parts.ts";

/** Options of {@link LayerNormalization}. */
export interface LayerNormalizationConfig extends LayerConfig, WeightParts<"beta" | "gamma"> {
  /** Axes to normalize over. Default -1. */
  readonly axis?: number | readonly number[] | undefined;
  /** Added to the variance. Default 0.001. */
  readonly epsilon?: number | undefined;
  /** Whether `beta` is added. Default true. */
  readonly center?: boolean | undefined;
  /** Whether the result is multiplied by `gamma`. Default true. */
  readonly scale?: boolean | undefined;
  /** Divide by the standard deviation alone, without centering: kept for old files. Default false. */
  readonly rmsScaling?: boolean | undefined;
}

const DEFAULTS: Defaults = {
  axis: -1,
  epsilon: 0.001,
  center: true,
  scale: true,
  rmsScaling: false,
  betaInitializer: "zeros",
  gammaInitializer: "ones",
  betaRegularizer: null,
  gammaRegularizer: null,
  betaConstraint: null,
  gammaConstraint: null,
};

/**
 * Normalizes each sample to mean 0 and variance 1 over some axes, then scales and shifts it. Ba et al. 2016.
 *
 * @throws {ArgumentError} when an axis is not an integer, or out of range.
 * @throws {ShapeError} when a normalized axis has no known size.
 * @example
 * ```ts
 * import { layers } from "keras";
 * const y = new layers.LayerNormalization({ epsilon: 1e-9 }).apply([[1, 3]]);
 * console.log((await y.array<2>())[0]!.map(Math.round)); // [-1, 1]
 * ```
 */
export class LayerNormalization extends Layer<LayerNormalizationConfig> {
  static override readonly className: string = "LayerNormalization";
  static override readonly module: string = "keras.layers";
  axis: number | readonly number[];
  gamma: Variable | null = null;
  beta: Variable | null = null;

  constructor(config: LayerNormalizationConfig = {}) {
    super(config, DEFAULTS);
    const { axis } = this.config;
    const axes: readonly unknown[] = Array.isArray(axis) ? axis : [axis];
    if (axes.length === 0 || !axes.every(Number.isInteger))
      throw new ArgumentError(`axis must be an integer or a list of them, got ${JSON.stringify(axis)}`, {
        layer: this.name,
      });
    this.axis = axis;
    resolveWeightParts(this, ["beta", "gamma"]);
    this.supportsMasking = true;
    this.autocast = false;
  }

  override build(inputShape: LayerShape): void {
    const { scale, center, rmsScaling } = this.config;
    this.axis = typeof this.axis === "number" ? [this.axis] : [...this.axis].sort((a, b) => a - b);
    const shape = this.axis.map((a) =>
      knownSize(inputShape, normalizeAxis(a, inputShape.length, "layer_normalization"), this.path),
    );
    if (scale || rmsScaling)
      this.gamma = this.addWeight({ name: "gamma", shape, autocast: false, ...weightParts(this, "gamma") });
    if (center && !rmsScaling)
      this.beta = this.addWeight({ name: "beta", shape, autocast: false, ...weightParts(this, "beta") });
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    const { epsilon, rmsScaling } = this.config;
    const { axis } = this;
    if (!rmsScaling)
      return cast(layerNormalization(inputs, { gamma: this.gamma, beta: this.beta, axis, epsilon }), this.computeDtype);
    const axes = (typeof axis === "number" ? [axis] : axis).map((a) =>
      normalizeAxis(a, inputs.ndim, "layer_normalization"),
    );
    const x = cast(inputs, "float32");
    const scale = reshape(
      cast(this.gamma!, "float32"),
      inputs.shape.map((d, i) => (axes.includes(i) ? d : 1)),
    );
    return cast(
      multiply(multiply(x, rsqrt(add(var_(x, { axis: axes, keepdims: true }), epsilon))), scale),
      this.computeDtype,
    );
  }
}

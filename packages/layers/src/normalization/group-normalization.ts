import {
  add,
  ArgumentError,
  cast,
  moments,
  multiply,
  negative,
  normalizeAxis,
  reshape,
  resultType,
  rsqrt,
  shape,
  ShapeError,
  type Tensor,
  type Variable,
} from "@keras/ops";
import type { Defaults, LayerConfig } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import { knownSize } from "../base/sizes.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import { resolveWeightParts, weightParts, type WeightParts } from "../base/weight-parts.ts";

/** Options of {@link GroupNormalization}. */
export interface GroupNormalizationConfig extends LayerConfig, WeightParts<"beta" | "gamma"> {
  /** Into how many groups the channels are split; -1: each is one (instance normalization). Default 32. */
  readonly groups?: number | undefined;
  /** The axis of the channels. Default -1. */
  readonly axis?: number | undefined;
  /** Added to the variance. Default 0.001. */
  readonly epsilon?: number | undefined;
  /** Whether `beta` is added. Default true. */
  readonly center?: boolean | undefined;
  /** Whether the result is multiplied by `gamma`. Default true. */
  readonly scale?: boolean | undefined;
}

const DEFAULTS: Defaults = {
  groups: 32,
  axis: -1,
  epsilon: 0.001,
  center: true,
  scale: true,
  betaInitializer: "zeros",
  gammaInitializer: "ones",
  betaRegularizer: null,
  gammaRegularizer: null,
  betaConstraint: null,
  gammaConstraint: null,
};

/**
 * Normalizes each group of channels of each sample to mean 0 and variance 1, then scales and shifts each channel. Wu and He, 2018.
 *
 * @throws {ArgumentError} when `groups` is neither positive nor -1.
 * @throws {ShapeError} when the channels are unknown or do not divide into the groups.
 * @example
 * ```ts
 * import { layers } from "keras";
 * const y = new layers.GroupNormalization({ groups: 2, epsilon: 1e-9 }).apply([[1, 3, 10, 20]]);
 * console.log((await y.array<2>())[0]!.map(Math.round)); // [-1, 1, -1, 1]
 * ```
 */
export class GroupNormalization extends Layer<GroupNormalizationConfig> {
  static override readonly className: string = "GroupNormalization";
  static override readonly module: string = "keras.layers";
  groups: number;
  gamma: Variable | null = null;
  beta: Variable | null = null;

  constructor(config: GroupNormalizationConfig = {}) {
    super(config, DEFAULTS);
    const { groups } = this.config;
    if (!Number.isInteger(groups) || (groups <= 0 && groups !== -1))
      throw new ArgumentError(`groups must be a positive integer, or -1 for one per channel; got ${groups}`, {
        layer: this.name,
      });
    this.groups = groups;
    resolveWeightParts(this, ["beta", "gamma"]);
    this.supportsMasking = true;
    this.autocast = false;
  }

  override build(inputShape: LayerShape): void {
    const { axis, scale, center } = this.config;
    const channels = knownSize(inputShape, axis, this.path);
    if (this.groups === -1) this.groups = channels;
    if (channels % this.groups !== 0)
      throw new ShapeError(`${channels} channels do not divide into ${this.groups} groups`, { layer: this.path });
    this.inputSpec = new InputSpec({ ndim: inputShape.length, axes: { [axis]: channels } });
    if (scale)
      this.gamma = this.addWeight({ name: "gamma", shape: [channels], autocast: false, ...weightParts(this, "gamma") });
    if (center)
      this.beta = this.addWeight({ name: "beta", shape: [channels], autocast: false, ...weightParts(this, "beta") });
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    const axis = normalizeAxis(this.config.axis, inputs.ndim, "group_normalization");
    const sizes = shape(inputs);
    const perGroup = (inputs.shape[axis] as number) / this.groups;
    const grouped = [...sizes.slice(0, axis), this.groups, perGroup, ...sizes.slice(axis + 1)];
    const x = cast(reshape(inputs, grouped), resultType(inputs.dtype, "float32"));
    const along = grouped.map((_, i) => (i === axis || i === axis + 1 ? grouped[i]! : 1));
    const spread = (v: Variable): Tensor => cast(reshape(v, along), x.dtype);
    const over = grouped.map((_, i) => i).filter((i) => i !== 0 && i !== axis);
    const [mean, variance] = moments(x, over, { keepdims: true });
    let factor = rsqrt(add(variance, this.config.epsilon));
    if (this.gamma) factor = multiply(factor, spread(this.gamma));
    let offset = multiply(negative(mean), factor);
    if (this.beta) offset = add(offset, spread(this.beta));
    const normalized = cast(add(multiply(x, factor), offset), inputs.dtype);
    return cast(reshape(normalized, sizes), this.computeDtype);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), groups: this.groups };
  }
}

import {
  add,
  ArgumentError,
  batchNormalization,
  broadcastTo,
  cast,
  divide,
  epsilon,
  expandDims,
  formatShape,
  maximum,
  minimum,
  moments,
  multiply,
  normalizeAxis,
  relu,
  resultType,
  shape,
  ShapeError,
  sqrt,
  square,
  squeeze,
  stopGradient,
  subtract,
  sum,
  where,
  clip,
  type Tensor,
  type Variable,
} from "@keras/ops";
import type { Defaults, LayerConfig } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import { knownSize } from "../base/sizes.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import { resolveWeightParts, weightParts, type WeightParts } from "../base/weight-parts.ts";
import type { InitializerOption } from "../initializers/get.ts";
import { FunctionInitializer, type Initializer } from "../initializers/initializer.ts";

/** Bounds of the correction of batch renormalization. */
export interface RenormClipping {
  readonly rmax?: number | undefined;
  readonly rmin?: number | undefined;
  readonly dmax?: number | undefined;
}

/** Options of {@link BatchNormalization}. */
export interface BatchNormalizationConfig extends LayerConfig, WeightParts<"beta" | "gamma"> {
  /** Axis of the channels. Default -1. */
  readonly axis?: number | undefined;
  /** How slowly the moving statistics follow those of the batches. Default 0.99. */
  readonly momentum?: number | undefined;
  /** Added to the variance. Default 0.001. */
  readonly epsilon?: number | undefined;
  /** Whether `beta` is added. Default true. */
  readonly center?: boolean | undefined;
  /** Whether the result is multiplied by `gamma`. Default true. */
  readonly scale?: boolean | undefined;
  /** Default `zeros`. */
  readonly movingMeanInitializer?: InitializerOption | undefined;
  /** Default `ones`. */
  readonly movingVarianceInitializer?: InitializerOption | undefined;
  /** Statistics over all replicas; not available. */
  readonly synchronized?: boolean | undefined;
  /** Batch renormalization: training uses the moving statistics as well. Default false. */
  readonly renorm?: boolean | undefined;
  readonly renormClipping?: RenormClipping | null | undefined;
  /** Default 0.99. */
  readonly renormMomentum?: number | undefined;
}

const DEFAULTS: Defaults = {
  axis: -1,
  momentum: 0.99,
  epsilon: 0.001,
  center: true,
  scale: true,
  betaInitializer: "zeros",
  gammaInitializer: "ones",
  movingMeanInitializer: "zeros",
  movingVarianceInitializer: "ones",
  betaRegularizer: null,
  gammaRegularizer: null,
  betaConstraint: null,
  gammaConstraint: null,
  synchronized: false,
  renorm: false,
  renormClipping: null,
  renormMomentum: 0.99,
};

interface Transform {
  readonly gamma: Tensor | null;
  readonly beta: Tensor | null;
}

/**
 * Normalizes each channel to mean 0 and variance 1 over the batch and all other axes, then scales and shifts it. In training by the
 * batch's own statistics, which the moving ones follow; else by the moving ones. A frozen layer always infers.
 *
 * Ioffe and Szegedy 2015; renormalization: Ioffe 2017.
 *
 * @throws {ShapeError} when the channels' number is unknown, or a mask has not one axis less than the input.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.BatchNormalization();
 * const y = layer.apply(ops.array([[1], [3]]), { training: true });
 * console.log((await y.array<2>()).map(([v]) => Math.round(v!))); // [-1, 1]
 * ```
 */
export class BatchNormalization extends Layer<BatchNormalizationConfig> {
  static override readonly className: string = "BatchNormalization";
  static override readonly module: string = "keras.layers";
  readonly axis: number;
  readonly renormClipping: RenormClipping | null;
  gamma: Variable | null = null;
  beta: Variable | null = null;
  declare movingMean: Variable;
  declare movingVariance: Variable;
  declare movingStddev: Variable;
  declare renormMean: Variable;
  declare renormStddev: Variable;

  constructor(config: BatchNormalizationConfig = {}) {
    super(config, DEFAULTS);
    const { axis, synchronized, renorm, renormClipping } = this.config;
    if (!Number.isInteger(axis))
      throw new ArgumentError(`axis must be an integer, got ${JSON.stringify(axis)}`, { layer: this.name });
    if (synchronized) throw new ArgumentError("synchronized statistics are not available", { layer: this.name });
    this.axis = axis;
    this.renormClipping = renorm ? checkClipping(renormClipping ?? {}, this.name) : renormClipping;
    resolveWeightParts(this, ["beta", "gamma", "movingMean", "movingVariance"]);
    this.supportsMasking = true;
  }

  override build(inputShape: LayerShape): void {
    const axis = normalizeAxis(this.axis, inputShape.length, "batch_normalization");
    const size = [knownSize(inputShape, axis, this.path)];
    if (this.config.scale)
      this.gamma = this.addWeight({ name: "gamma", shape: size, autocast: false, ...weightParts(this, "gamma") });
    if (this.config.center)
      this.beta = this.addWeight({ name: "beta", shape: size, autocast: false, ...weightParts(this, "beta") });
    const statistic = (name: string, initializer: InitializerOption): Variable =>
      this.addWeight({ name, shape: size, initializer, trainable: false, autocast: false });
    const { movingMeanInitializer, movingVarianceInitializer } = this as unknown as Record<string, Initializer>;
    this.movingMean = statistic("moving_mean", movingMeanInitializer!);
    this.movingVariance = statistic("moving_variance", movingVarianceInitializer!);
    if (this.config.renorm) {
      const stddev = new FunctionInitializer((s, { dtype }) => sqrt(movingVarianceInitializer!.apply(s, { dtype })));
      this.movingStddev = statistic("moving_stddev", stddev);
      this.renormMean = statistic("renorm_mean", movingMeanInitializer!);
      this.renormStddev = statistic("renorm_stddev", stddev);
    }
    this.inputSpec = new InputSpec({ ndim: inputShape.length, axes: { [axis]: size[0]! } });
  }

  override call(inputs: Tensor, options: CallOptions = {}): Tensor {
    const mask = (options.mask ?? null) as Tensor | null;
    if (mask && mask.ndim !== inputs.ndim - 1) {
      throw new ShapeError(
        `a mask of shape ${formatShape(mask.shape)} must have one axis less than the input ${formatShape(inputs.shape)}`,
        { layer: this.path },
      );
    }
    const x = cast(inputs, resultType(inputs.dtype, "float32"));
    const as = (v: Variable): Tensor => cast(v, x.dtype);
    const own: Transform = { gamma: this.gamma && as(this.gamma), beta: this.beta && as(this.beta) };
    let [mean, variance] = [as(this.movingMean), as(this.movingVariance)];
    let { gamma, beta } = own;
    if (options.training && this.trainable) {
      const [batchMean, batchVariance] = this.momentsOf(x, mask);
      if (this.config.renorm) {
        ({ gamma, beta } = this.renormalized(batchMean, batchVariance, own));
        this.followRenormalized(batchMean, batchVariance);
      } else {
        this.follow(this.movingMean, mean, batchMean, this.config.momentum);
        this.follow(this.movingVariance, variance, batchVariance, this.config.momentum);
      }
      [mean, variance] = [batchMean, batchVariance];
    }
    const axis = normalizeAxis(this.axis, x.ndim, "batch_normalization");
    return cast(
      batchNormalization(x, mean, variance, axis, { offset: beta, scale: gamma, epsilon: this.config.epsilon }),
      this.computeDtype,
    );
  }

  /** Moves a statistic towards a batch's. */
  follow(statistic: Variable, now: Tensor, batch: Tensor, momentum: number): Tensor {
    return statistic.assign(add(multiply(now, momentum), multiply(batch, 1 - momentum)));
  }

  /** Mean and variance of each channel, over the elements that count. */
  momentsOf(x: Tensor, mask: Tensor | null): [Tensor, Tensor] {
    const channel = normalizeAxis(this.axis, x.ndim, "batch_normalization");
    const axes = Array.from({ length: x.ndim }, (_, i) => i).filter((i) => i !== channel);
    if (!mask) return moments(x, axes);
    const counts = cast(broadcastTo(expandDims(mask, -1), shape(x)), "bool");
    const total = add(sum(cast(counts, x.dtype), { axis: axes, keepdims: true }), epsilon());
    const mean = divide(sum(where(counts, x, 0), { axis: axes, keepdims: true }), total);
    const distance = square(where(counts, subtract(x, mean), 0));
    const variance = divide(sum(distance, { axis: axes, keepdims: true }), total);
    return [squeeze(mean, { axis: axes }), squeeze(variance, { axis: axes })];
  }

  /** The transform that makes a batch's statistics act as the moving ones do, within bounds. */
  renormalized(mean: Tensor, variance: Tensor, { gamma, beta }: Transform): Transform {
    const { rmin, rmax, dmax } = this.renormClipping!;
    const least = Math.sqrt(this.config.epsilon);
    const stddev = maximum(cast(this.renormStddev, mean.dtype), least);
    let r = divide(sqrt(add(variance, this.config.epsilon)), stddev);
    let d = divide(subtract(mean, cast(this.renormMean, mean.dtype)), stddev);
    if (rmin !== undefined) r = maximum(r, rmin);
    if (rmax !== undefined) r = minimum(r, rmax);
    if (dmax !== undefined) d = clip(d, -dmax, dmax);
    [r, d] = [stopGradient(r), stopGradient(d)];
    const shift = gamma ? multiply(d, gamma) : d;
    return { gamma: gamma ? multiply(r, gamma) : r, beta: beta ? add(shift, beta) : shift };
  }

  followRenormalized(mean: Tensor, variance: Tensor): void {
    const { momentum, renormMomentum, epsilon: e } = this.config;
    const stddev = sqrt(add(variance, e));
    const as = (v: Variable): Tensor => cast(v, mean.dtype);
    this.follow(this.renormMean, as(this.renormMean), mean, renormMomentum);
    this.follow(this.renormStddev, as(this.renormStddev), stddev, renormMomentum);
    this.follow(this.movingMean, as(this.movingMean), mean, momentum);
    const next = add(multiply(as(this.movingStddev), momentum), multiply(stddev, 1 - momentum));
    this.movingStddev.assign(next);
    this.movingVariance.assign(relu(subtract(square(next), e)));
  }
}

/** @throws {ArgumentError} on unknown bounds, or bounds that exclude everything. */
function checkClipping(clipping: RenormClipping, layer: string): RenormClipping {
  const unknown = Object.keys(clipping).find((key) => !["rmax", "rmin", "dmax"].includes(key));
  if (unknown) throw new ArgumentError(`renormClipping takes rmax, rmin and dmax, not '${unknown}'`, { layer });
  const { rmax, rmin, dmax } = clipping;
  if (rmax !== undefined && rmin !== undefined && rmax < rmin)
    throw new ArgumentError(`rmax ${rmax} is below rmin ${rmin}`, { layer });
  if (dmax !== undefined && dmax < 0) throw new ArgumentError(`dmax must not be negative, got ${dmax}`, { layer });
  return clipping;
}

import { ArgumentError, type DType, type Tensor } from "@keras/ops";
import * as random from "@keras/ops/random";
import { RandomInitializer, type RandomInitializerConfig } from "./random-initializer.ts";

/** Options of the initializers that scale with the number of inputs and outputs. */
export interface FanConfig extends RandomInitializerConfig {
  /** Axes that count as inputs; with `outputAxes`, in place of the rule for kernels. */
  readonly inputAxes?: readonly number[] | null | undefined;
  /** Axes that count as outputs. */
  readonly outputAxes?: readonly number[] | null | undefined;
}

export type FanMode = "fan_in" | "fan_out" | "fan_avg";
export type ScalingDistribution = "uniform" | "truncated_normal" | "untruncated_normal";

/** Options of {@link VarianceScaling}. */
export interface VarianceScalingConfig extends FanConfig {
  /** Positive. Default 1. */
  readonly scale?: number | undefined;
  /** Default `fan_in`. */
  readonly mode?: FanMode | undefined;
  /** Default `truncated_normal`, for which `normal` is another name. */
  readonly distribution?: ScalingDistribution | "normal" | undefined;
}

/** Numbers of inputs and outputs of a kernel. */
export function computeFans(
  shape: readonly number[],
  inputAxes: readonly number[] | null = null,
  outputAxes: readonly number[] | null = null,
): readonly [number, number] {
  const product = (sizes: readonly number[]): number => sizes.reduce((n, d) => n * d, 1);
  if (inputAxes && outputAxes)
    return [product(inputAxes.map((a) => shape.at(a)!)), product(outputAxes.map((a) => shape.at(a)!))];
  if (shape.length < 2) return [shape[0] ?? 1, shape[0] ?? 1];
  const field = product(shape.slice(0, -2));
  return [shape.at(-2)! * field, shape.at(-1)! * field];
}

const MODES: readonly string[] = ["fan_in", "fan_out", "fan_avg"];
const DISTRIBUTIONS: readonly string[] = ["uniform", "truncated_normal", "untruncated_normal"];

/** Standard deviation of a standard normal distribution cut off at ±2. */
const TRUNCATED_STDDEV = 0.87962566103423978;

/**
 * Random values whose variance is `scale / n`, where n is the number of inputs of the kernel, of its outputs, or their mean.
 *
 * Glorot and Bengio 2010, He et al. 2015.
 *
 * @throws {ArgumentError} on a scale that is not positive, an unknown mode or distribution.
 * @example
 * ```ts
 * import { initializers } from "keras";
 * const init = new initializers.VarianceScaling({ scale: 2, mode: "fan_out", distribution: "uniform", seed: 1 });
 * console.log(init.apply([3, 3, 8, 16]).shape); // [3, 3, 8, 16]
 * ```
 */
export class VarianceScaling extends RandomInitializer {
  static override readonly className: string = "VarianceScaling";
  static override readonly module: string = "keras.initializers";
  readonly scale: number;
  readonly mode: FanMode;
  readonly distribution: ScalingDistribution;
  readonly inputAxes: readonly number[] | null;
  readonly outputAxes: readonly number[] | null;

  constructor(config: VarianceScalingConfig = {}) {
    super(config);
    this.scale = Number(config.scale ?? 1);
    this.mode = config.mode ?? "fan_in";
    const distribution = (config.distribution ?? "truncated_normal").toLowerCase();
    this.distribution = (distribution === "normal" ? "truncated_normal" : distribution) as ScalingDistribution;
    this.inputAxes = config.inputAxes ?? null;
    this.outputAxes = config.outputAxes ?? null;
    if (!(this.scale > 0)) throw new ArgumentError(`scale must be positive, got ${this.scale}`);
    if (!MODES.includes(this.mode))
      throw new ArgumentError(`mode must be one of ${MODES.join(", ")}, got '${this.mode}'`);
    if (!DISTRIBUTIONS.includes(this.distribution))
      throw new ArgumentError(`distribution must be one of ${DISTRIBUTIONS.join(", ")}, got '${this.distribution}'`);
  }

  override call(shape: readonly number[], dtype: DType): Tensor {
    const [fanIn, fanOut] = computeFans(shape, this.inputAxes, this.outputAxes);
    const fan = this.mode === "fan_in" ? fanIn : this.mode === "fan_out" ? fanOut : (fanIn + fanOut) / 2;
    const scale = this.scale / Math.max(1, fan);
    const { seed } = this;
    if (this.distribution === "uniform") {
      const limit = Math.sqrt(3 * scale);
      return random.uniform(shape, { minval: -limit, maxval: limit, seed, dtype });
    }
    if (this.distribution === "untruncated_normal")
      return random.normal(shape, { stddev: Math.sqrt(scale), seed, dtype });
    return random.truncatedNormal(shape, { stddev: Math.sqrt(scale) / TRUNCATED_STDDEV, seed, dtype });
  }

  override getConfig(): Record<string, unknown> {
    const { scale, mode, distribution } = this;
    return { ...super.getConfig(), scale, mode, distribution, ...this.axes() };
  }

  axes(): Record<string, unknown> {
    return { inputAxes: this.inputAxes, outputAxes: this.outputAxes };
  }
}

/** A {@link VarianceScaling} that is fixed but for its seed and axes. */
abstract class FixedScaling extends VarianceScaling {
  override getConfig(): Record<string, unknown> {
    const { seed } = super.getConfig();
    return { seed, ...this.axes() };
  }
}

/** Uniform, of variance 2 / (inputs + outputs). Glorot and Bengio 2010. The default of most kernels. */
export class GlorotUniform extends FixedScaling {
  static override readonly className: string = "GlorotUniform";
  static override readonly module: string = "keras.initializers";
  constructor(config: FanConfig = {}) {
    super({ ...config, scale: 1, mode: "fan_avg", distribution: "uniform" });
  }
}

/** Truncated normal, of variance 2 / (inputs + outputs). Glorot and Bengio 2010. */
export class GlorotNormal extends FixedScaling {
  static override readonly className: string = "GlorotNormal";
  static override readonly module: string = "keras.initializers";
  constructor(config: FanConfig = {}) {
    super({ ...config, scale: 1, mode: "fan_avg", distribution: "truncated_normal" });
  }
}

/** Truncated normal, of variance 1 / inputs. LeCun et al. 1998. */
export class LecunNormal extends FixedScaling {
  static override readonly className: string = "LecunNormal";
  static override readonly module: string = "keras.initializers";
  constructor(config: FanConfig = {}) {
    super({ ...config, scale: 1, mode: "fan_in", distribution: "truncated_normal" });
  }
}

/** Uniform, of variance 1 / inputs. LeCun et al. 1998. */
export class LecunUniform extends FixedScaling {
  static override readonly className: string = "LecunUniform";
  static override readonly module: string = "keras.initializers";
  constructor(config: FanConfig = {}) {
    super({ ...config, scale: 1, mode: "fan_in", distribution: "uniform" });
  }
}

/** Truncated normal, of variance 2 / inputs: for layers with ReLU. He et al. 2015. */
export class HeNormal extends FixedScaling {
  static override readonly className: string = "HeNormal";
  static override readonly module: string = "keras.initializers";
  constructor(config: FanConfig = {}) {
    super({ ...config, scale: 2, mode: "fan_in", distribution: "truncated_normal" });
  }
}

/** Uniform, of variance 2 / inputs: for layers with ReLU. He et al. 2015. */
export class HeUniform extends FixedScaling {
  static override readonly className: string = "HeUniform";
  static override readonly module: string = "keras.initializers";
  constructor(config: FanConfig = {}) {
    super({ ...config, scale: 2, mode: "fan_in", distribution: "uniform" });
  }
}

import { type DType, type Tensor } from "@keras/ops";
import * as random from "@keras/ops/random";
import { RandomInitializer, type RandomInitializerConfig } from "./random-initializer.ts";

/** Options of {@link RandomNormal} and {@link TruncatedNormal}. */
export interface NormalConfig extends RandomInitializerConfig {
  /** Default 0. */
  readonly mean?: number | undefined;
  /** Default 0.05. */
  readonly stddev?: number | undefined;
}

/**
 * Normally distributed values.
 *
 * @example
 * ```ts
 * import { initializers } from "keras";
 * console.log(new initializers.RandomNormal({ stddev: 1, seed: 1 }).apply([2, 3]).shape); // [2, 3]
 * ```
 */
export class RandomNormal extends RandomInitializer {
  static override readonly className: string = "RandomNormal";
  static override readonly module: string = "keras.initializers";
  readonly mean: number;
  readonly stddev: number;

  constructor(config: NormalConfig = {}) {
    super(config);
    this.mean = Number(config.mean ?? 0);
    this.stddev = Number(config.stddev ?? 0.05);
  }

  override call(shape: readonly number[], dtype: DType): Tensor {
    return random.normal(shape, { mean: this.mean, stddev: this.stddev, seed: this.seed, dtype });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), mean: this.mean, stddev: this.stddev };
  }
}

/** Normally distributed values, of which those more than two standard deviations from the mean are left out. */
export class TruncatedNormal extends RandomInitializer {
  static override readonly className: string = "TruncatedNormal";
  static override readonly module: string = "keras.initializers";
  readonly mean: number;
  readonly stddev: number;

  constructor(config: NormalConfig = {}) {
    super(config);
    this.mean = Number(config.mean ?? 0);
    this.stddev = Number(config.stddev ?? 0.05);
  }

  override call(shape: readonly number[], dtype: DType): Tensor {
    return random.truncatedNormal(shape, { mean: this.mean, stddev: this.stddev, seed: this.seed, dtype });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), mean: this.mean, stddev: this.stddev };
  }
}

/** Options of {@link RandomUniform}. */
export interface UniformConfig extends RandomInitializerConfig {
  /** Default -0.05. */
  readonly minval?: number | undefined;
  /** Default 0.05. */
  readonly maxval?: number | undefined;
}

/** Uniformly distributed values. */
export class RandomUniform extends RandomInitializer {
  static override readonly className: string = "RandomUniform";
  static override readonly module: string = "keras.initializers";
  readonly minval: number;
  readonly maxval: number;

  constructor(config: UniformConfig = {}) {
    super(config);
    this.minval = Number(config.minval ?? -0.05);
    this.maxval = Number(config.maxval ?? 0.05);
  }

  override call(shape: readonly number[], dtype: DType): Tensor {
    return random.uniform(shape, { minval: this.minval, maxval: this.maxval, seed: this.seed, dtype });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), minval: this.minval, maxval: this.maxval };
  }
}

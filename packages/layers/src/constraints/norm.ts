import { add, clip, divide, epsilon, maximum, multiply, sqrt, square, sum, type Tensor } from "@keras/ops";
import { Constraint } from "./constraint.ts";

type Axis = number | readonly number[];

const normOf = (w: Tensor, axis: Axis): Tensor => sqrt(sum(square(w), { axis, keepdims: true }));

/** Brings vectors of given norms to wanted ones. */
const rescale = (w: Tensor, norms: Tensor, wanted: Tensor): Tensor =>
  multiply(w, divide(wanted, add(norms, epsilon())));

/** Options of {@link MaxNorm}. */
export interface MaxNormConfig {
  /** Default 2. */
  readonly maxValue?: number | undefined;
  /** Axes along which norms are taken. Default 0. */
  readonly axis?: Axis | undefined;
}

/**
 * Vectors of at most a norm.
 *
 * @example
 * ```ts
 * import { constraints } from "keras";
 * console.log(await new constraints.MaxNorm({ maxValue: 1 }).apply([[0], [0.5]]).array()); // [[0], [0.5]]
 * ```
 */
export class MaxNorm extends Constraint {
  static override readonly className: string = "MaxNorm";
  static override readonly module: string = "keras.constraints";
  readonly maxValue: number;
  readonly axis: Axis;

  constructor(config: MaxNormConfig = {}) {
    super();
    this.maxValue = Number(config.maxValue ?? 2);
    this.axis = config.axis ?? 0;
  }

  override call(w: Tensor): Tensor {
    const norms = normOf(w, this.axis);
    return rescale(w, norms, clip(norms, 0, this.maxValue));
  }

  override getConfig(): Record<string, unknown> {
    return { maxValue: this.maxValue, axis: this.axis };
  }
}

/** Options of {@link UnitNorm}. */
export interface UnitNormConfig {
  /** Axes along which norms are taken. Default 0. */
  readonly axis?: Axis | undefined;
}

/** Vectors of norm 1. */
export class UnitNorm extends Constraint {
  static override readonly className: string = "UnitNorm";
  static override readonly module: string = "keras.constraints";
  readonly axis: Axis;

  constructor(config: UnitNormConfig = {}) {
    super();
    this.axis = config.axis ?? 0;
  }

  override call(w: Tensor): Tensor {
    return divide(w, add(normOf(w, this.axis), epsilon()));
  }

  override getConfig(): Record<string, unknown> {
    return { axis: this.axis };
  }
}

/** Options of {@link MinMaxNorm}. */
export interface MinMaxNormConfig {
  /** Default 0. */
  readonly minValue?: number | undefined;
  /** Default 1. */
  readonly maxValue?: number | undefined;
  /** How much of the way is gone at each step: 1 enforces the bounds. Default 1. */
  readonly rate?: number | undefined;
  /** Axes along which norms are taken. Default 0. */
  readonly axis?: Axis | undefined;
}

/** Vectors whose norm lies between two bounds. */
export class MinMaxNorm extends Constraint {
  static override readonly className: string = "MinMaxNorm";
  static override readonly module: string = "keras.constraints";
  readonly minValue: number;
  readonly maxValue: number;
  readonly rate: number;
  readonly axis: Axis;

  constructor(config: MinMaxNormConfig = {}) {
    super();
    this.minValue = Number(config.minValue ?? 0);
    this.maxValue = Number(config.maxValue ?? 1);
    this.rate = Number(config.rate ?? 1);
    this.axis = config.axis ?? 0;
  }

  override call(w: Tensor): Tensor {
    const norms = normOf(w, this.axis);
    return rescale(
      w,
      norms,
      add(multiply(clip(norms, this.minValue, this.maxValue), this.rate), multiply(norms, 1 - this.rate)),
    );
  }

  override getConfig(): Record<string, unknown> {
    return { minValue: this.minValue, maxValue: this.maxValue, rate: this.rate, axis: this.axis };
  }
}

/** No negative weights. */
export class NonNeg extends Constraint {
  static override readonly className: string = "NonNeg";
  static override readonly module: string = "keras.constraints";

  override call(w: Tensor): Tensor {
    return maximum(w, 0);
  }
}

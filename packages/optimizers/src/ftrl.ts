import {
  add,
  ArgumentError,
  clip,
  divide,
  multiply,
  power,
  square,
  subtract,
  type Tensor,
  type Variable,
} from "@keras/ops";
import { Optimizer, type OptimizerConfig } from "./optimizer.ts";

/** Options of {@link Ftrl}. */
export interface FtrlConfig extends OptimizerConfig {
  /** How the rate falls with the sum of squares; at most 0. Default -0.5. */
  readonly learningRatePower?: number | undefined;
  /** What the sums of squares begin with. Default 0.1. */
  readonly initialAccumulatorValue?: number | undefined;
  /** Default 0. */
  readonly l1RegularizationStrength?: number | undefined;
  /** Default 0. */
  readonly l2RegularizationStrength?: number | undefined;
  /** As L2, on the gradients only. Default 0. */
  readonly l2ShrinkageRegularizationStrength?: number | undefined;
  /** Default 0. */
  readonly beta?: number | undefined;
}

/**
 * Follow the regularized leader (McMahan et al., 2013): weights that L1 holds at exactly 0. Default learning rate 0.001.
 *
 * @example
 * ```ts
 * import { optimizers, ops, Variable } from "keras";
 * const w = new Variable([0]);
 * new optimizers.Ftrl({ learningRate: 0.1, l1RegularizationStrength: 5 }).apply([ops.array([2])], [w]);
 * console.log(await w.value.array()); // [0]
 * ```
 */
export class Ftrl extends Optimizer {
  static override readonly className: string = "Ftrl";
  static override readonly module: string = "keras.optimizers";
  static readonly configKeys: Readonly<Record<string, string>> = {
    l1RegularizationStrength: "l1_regularization_strength",
    l2RegularizationStrength: "l2_regularization_strength",
    l2ShrinkageRegularizationStrength: "l2_shrinkage_regularization_strength",
  };
  readonly settings: { readonly [K in Exclude<keyof FtrlConfig, keyof OptimizerConfig>]-?: number };
  readonly sums: Variable[] = [];
  readonly linears: Variable[] = [];

  /** @throws {ArgumentError} when an option has the wrong sign. */
  constructor(config: FtrlConfig = {}) {
    super(config, 0.001);
    this.settings = {
      learningRatePower: config.learningRatePower ?? -0.5,
      initialAccumulatorValue: config.initialAccumulatorValue ?? 0.1,
      l1RegularizationStrength: config.l1RegularizationStrength ?? 0,
      l2RegularizationStrength: config.l2RegularizationStrength ?? 0,
      l2ShrinkageRegularizationStrength: config.l2ShrinkageRegularizationStrength ?? 0,
      beta: config.beta ?? 0,
    };
    const { learningRatePower, beta: _, ...others } = this.settings;
    if (learningRatePower > 0) throw new ArgumentError(`learningRatePower must be at most 0, got ${learningRatePower}`);
    for (const [name, value] of Object.entries(others))
      if (value < 0) throw new ArgumentError(`${name} must be at least 0, got ${value}`);
  }

  override buildSlots(variables: readonly Variable[]): void {
    for (const v of variables) {
      this.sums.push(this.addSlot(v, "accumulator", this.settings.initialAccumulatorValue));
      this.linears.push(this.addSlot(v, "linear"));
    }
  }

  override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const {
      learningRatePower,
      l1RegularizationStrength: l1,
      l2RegularizationStrength,
      l2ShrinkageRegularizationStrength,
      beta,
    } = this.settings;
    const i = this.indexOf(variable);
    const [total, linear] = [this.sums[i]!, this.linears[i]!];
    const l2 = add(l2RegularizationStrength, divide(beta, multiply(2, learningRate)));
    const shrunk = add(gradient, multiply(2 * l2ShrinkageRegularizationStrength, variable));
    const next = add(total, square(gradient));
    const [before, after] = [power(total, -learningRatePower), power(next, -learningRatePower)];
    linear.assign(add(linear, subtract(shrunk, multiply(divide(subtract(after, before), learningRate), variable))));
    const quadratic = add(divide(after, learningRate), multiply(2, l2));
    variable.assign(divide(subtract(clip(linear, -l1, l1), linear), quadratic));
    total.assign(next);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), ...this.settings };
  }
}

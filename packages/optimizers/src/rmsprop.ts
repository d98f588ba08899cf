import { add, divide, multiply, sqrt, square, subtract, type Tensor, type Variable } from "@keras/ops";
import { Optimizer, type OptimizerConfig } from "./optimizer.ts";

/** Options of {@link RMSprop}. */
export interface RMSpropConfig extends OptimizerConfig {
  /** Decay of the running mean of squared gradients. Default 0.9. */
  readonly rho?: number | undefined;
  /** Default 0. */
  readonly momentum?: number | undefined;
  /** Default 1e-7. */
  readonly epsilon?: number | undefined;
  /** Scale by the variance of gradients in place of their squares. */
  readonly centered?: boolean | undefined;
}

/**
 * Gradients divided by the root of their running mean square (Tieleman and Hinton, 2012). Default learning rate 0.001.
 *
 * @example
 * ```ts
 * import { optimizers, ops, Variable } from "keras";
 * const w = new Variable([1]);
 * new optimizers.RMSprop({ learningRate: 0.1 }).apply([ops.array([2])], [w]);
 * console.log((await w.value.array<1>())[0].toFixed(3)); // 0.684
 * ```
 */
export class RMSprop extends Optimizer {
  static override readonly className: string = "RMSprop";
  static override readonly module: string = "keras.optimizers";
  readonly rho: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly centered: boolean;
  readonly velocities: Variable[] = [];
  readonly momentums: Variable[] = [];
  readonly means: Variable[] = [];

  constructor(config: RMSpropConfig = {}) {
    super(config, 0.001);
    this.rho = config.rho ?? 0.9;
    this.momentum = config.momentum ?? 0;
    this.epsilon = config.epsilon ?? 1e-7;
    this.centered = config.centered ?? false;
  }

  override buildSlots(variables: readonly Variable[]): void {
    for (const v of variables) this.velocities.push(this.addSlot(v, "velocity"));
    if (this.momentum > 0) for (const v of variables) this.momentums.push(this.addSlot(v, "momentum"));
    if (this.centered) for (const v of variables) this.means.push(this.addSlot(v, "average_gradient"));
  }

  override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const i = this.indexOf(variable);
    const velocity = this.velocities[i]!;
    velocity.assign(add(multiply(this.rho, velocity), multiply(1 - this.rho, square(gradient))));
    let spread: Tensor = velocity.value;
    if (this.centered) {
      const mean = this.means[i]!;
      mean.assign(add(multiply(this.rho, mean), multiply(1 - this.rho, gradient)));
      spread = subtract(velocity, square(mean));
    }
    const increment = divide(multiply(learningRate, gradient), sqrt(add(spread, this.epsilon)));
    const momentum = this.momentums[i];
    if (momentum) momentum.assign(add(multiply(this.momentum, momentum), increment));
    variable.assign(subtract(variable, momentum ?? increment));
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      rho: this.rho,
      momentum: this.momentum,
      epsilon: this.epsilon,
      centered: this.centered,
    };
  }
}

import {
  add,
  cast,
  divide,
  minimum,
  multiply,
  power,
  sqrt,
  square,
  subtract,
  type Tensor,
  type Variable,
} from "@keras/ops";
import { Optimizer, type OptimizerConfig } from "./optimizer.ts";

/** Options of {@link ScheduleFreeAdamW}. */
export interface ScheduleFreeAdamWConfig extends OptimizerConfig {
  /** Where gradients are taken, between the steps' end (0) and the average (1). Default 0.9. */
  readonly beta1?: number | undefined;
  /** Decay of the running mean of squared gradients. Default 0.999. */
  readonly beta2?: number | undefined;
  /** Default 1e-8. */
  readonly epsilon?: number | undefined;
  /** Steps over which the rate rises. Default 0. */
  readonly warmupSteps?: number | undefined;
}

/**
 * Adam with averages of the weights in place of a schedule (Defazio et al., 2024). Default learning rate 0.0025.
 *
 * @example
 * ```ts
 * import { optimizers, ops, Variable } from "keras";
 * const w = new Variable([1]);
 * new optimizers.ScheduleFreeAdamW({ learningRate: 0.1 }).apply([ops.array([3])], [w]);
 * console.log((await w.value.array<1>())[0].toFixed(1)); // 0.9
 * ```
 */
export class ScheduleFreeAdamW extends Optimizer {
  static override readonly className: string = "ScheduleFreeAdamW";
  static override readonly module: string = "keras.optimizers";
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly warmupSteps: number;
  readonly momentums: Variable[] = [];
  readonly velocities: Variable[] = [];

  constructor(config: ScheduleFreeAdamWConfig = {}) {
    super(config, 0.0025);
    this.beta1 = config.beta1 ?? 0.9;
    this.beta2 = config.beta2 ?? 0.999;
    this.epsilon = config.epsilon ?? 1e-8;
    this.warmupSteps = config.warmupSteps ?? 0;
  }

  override buildSlots(variables: readonly Variable[]): void {
    for (const v of variables) {
      this.momentums.push(this.addSlot(v, "momentum", "value"));
      this.velocities.push(this.addSlot(v, "velocity"));
    }
  }

  override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const i = this.indexOf(variable);
    const [z, v] = [this.momentums[i]!, this.velocities[i]!];
    const step = cast(add(this.steps, 1), variable.dtype);
    const rate =
      this.warmupSteps > 0 ? multiply(learningRate, minimum(divide(step, this.warmupSteps), 1)) : learningRate;
    v.assign(add(v, multiply(subtract(square(gradient), v), 1 - this.beta2)));
    const scale = add(sqrt(divide(v, subtract(1, power(this.beta2, step)))), this.epsilon);
    // The weights lie between z, where the steps end, and x, the average of all z.
    const x = divide(subtract(variable, multiply(1 - this.beta1, z)), this.beta1);
    z.assign(subtract(z, divide(multiply(rate, gradient), scale)));
    const weight = divide(1, step);
    const average = add(multiply(subtract(1, weight), x), multiply(weight, z));
    variable.assign(add(multiply(1 - this.beta1, z), multiply(this.beta1, average)));
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      beta1: this.beta1,
      beta2: this.beta2,
      epsilon: this.epsilon,
      warmupSteps: this.warmupSteps,
    };
  }
}

import {
  absolute,
  add,
  cast,
  divide,
  maximum,
  multiply,
  power,
  subtract,
  type Tensor,
  type Variable,
} from "@keras/ops";
import { Optimizer, type OptimizerConfig } from "./optimizer.ts";

/** Options of {@link Adamax}. */
export interface AdamaxConfig extends OptimizerConfig {
  /** Decay of the running mean of gradients. Default 0.9. */
  readonly beta1?: number | undefined;
  /** Decay of the largest gradient. Default 0.999. */
  readonly beta2?: number | undefined;
  /** Default 1e-7. */
  readonly epsilon?: number | undefined;
}

/**
 * Adam with the largest gradient in place of the mean square (Kingma and Ba, 2014). Default learning rate 0.001.
 *
 * @example
 * ```ts
 * import { optimizers, ops, Variable } from "keras";
 * const w = new Variable([1]);
 * new optimizers.Adamax({ learningRate: 0.1 }).apply([ops.array([3])], [w]);
 * console.log((await w.value.array<1>())[0].toFixed(3)); // 0.900
 * ```
 */
export class Adamax extends Optimizer {
  static override readonly className: string = "Adamax";
  static override readonly module: string = "keras.optimizers";
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly momentums: Variable[] = [];
  readonly norms: Variable[] = [];

  constructor(config: AdamaxConfig = {}) {
    super(config, 0.001);
    this.beta1 = config.beta1 ?? 0.9;
    this.beta2 = config.beta2 ?? 0.999;
    this.epsilon = config.epsilon ?? 1e-7;
  }

  override buildSlots(variables: readonly Variable[]): void {
    for (const v of variables) {
      this.momentums.push(this.addSlot(v, "momentum"));
      this.norms.push(this.addSlot(v, "norm"));
    }
  }

  override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const i = this.indexOf(variable);
    const [m, u] = [this.momentums[i]!, this.norms[i]!];
    const correction = subtract(1, power(this.beta1, cast(add(this.steps, 1), variable.dtype)));
    m.assign(add(m, multiply(subtract(gradient, m), 1 - this.beta1)));
    u.assign(maximum(multiply(this.beta2, u), absolute(gradient)));
    variable.assign(subtract(variable, divide(multiply(learningRate, m), multiply(correction, add(u, this.epsilon)))));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), beta1: this.beta1, beta2: this.beta2, epsilon: this.epsilon };
  }
}

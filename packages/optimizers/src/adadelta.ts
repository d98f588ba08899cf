import { add, divide, multiply, sqrt, square, subtract, type Tensor, type Variable } from "@keras/ops";
import { Optimizer, type OptimizerConfig } from "./optimizer.ts";

/** Options of {@link Adadelta}. */
export interface AdadeltaConfig extends OptimizerConfig {
  /** Decay of the running means. Default 0.95. */
  readonly rho?: number | undefined;
  /** Default 1e-7. */
  readonly epsilon?: number | undefined;
}

/**
 * Steps scaled by the ratio of running means of steps and of gradients (Zeiler, 2012). Default learning rate 0.001.
 *
 * @example
 * ```ts
 * import { optimizers, ops, Variable } from "keras";
 * const w = new Variable([1]);
 * new optimizers.Adadelta({ learningRate: 1 }).apply([ops.array([2])], [w]);
 * console.log((await w.value.array<1>())[0].toFixed(4)); // 0.9986
 * ```
 */
export class Adadelta extends Optimizer {
  static override readonly className: string = "Adadelta";
  static override readonly module: string = "keras.optimizers";
  readonly rho: number;
  readonly epsilon: number;
  readonly gradients: Variable[] = [];
  readonly steppings: Variable[] = [];

  constructor(config: AdadeltaConfig = {}) {
    super(config, 0.001);
    this.rho = config.rho ?? 0.95;
    this.epsilon = config.epsilon ?? 1e-7;
  }

  override buildSlots(variables: readonly Variable[]): void {
    for (const v of variables) {
      this.gradients.push(this.addSlot(v, "accumulated_grad"));
      this.steppings.push(this.addSlot(v, "accumulated_delta_var"));
    }
  }

  override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const i = this.indexOf(variable);
    const [seen, made] = [this.gradients[i]!, this.steppings[i]!];
    const running = (old: Variable, x: Tensor): Tensor =>
      add(multiply(this.rho, old), multiply(1 - this.rho, square(x)));
    const rms = (x: Variable): Tensor => sqrt(add(x, this.epsilon));
    seen.assign(running(seen, gradient));
    const step = divide(multiply(rms(made), gradient), rms(seen));
    made.assign(running(made, step));
    variable.assign(subtract(variable, multiply(learningRate, step)));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), rho: this.rho, epsilon: this.epsilon };
  }
}

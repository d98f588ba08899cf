import {
  add,
  cast,
  divide,
  greater,
  logicalAnd,
  multiply,
  power,
  sqrt,
  square,
  subtract,
  sum,
  where,
  type Tensor,
  type Variable,
} from "@keras/ops";
import { Optimizer, type OptimizerConfig } from "./optimizer.ts";

/** Options of {@link Lamb}. */
export interface LambConfig extends OptimizerConfig {
  /** Decay of the running mean of gradients. Default 0.9. */
  readonly beta1?: number | undefined;
  /** Decay of the running mean of their squares. Default 0.999. */
  readonly beta2?: number | undefined;
  /** Default 1e-7. */
  readonly epsilon?: number | undefined;
}

const norm = (x: Tensor | Variable): Tensor => sqrt(sum(square(x)));

/**
 * Adam with steps as long, layer by layer, as the weights are, for large batches (You et al., 2019). Default learning rate 0.001.
 *
 * @example
 * ```ts
 * import { optimizers, ops, Variable } from "keras";
 * const w = new Variable([2]);
 * new optimizers.Lamb({ learningRate: 0.1 }).apply([ops.array([3])], [w]);
 * console.log((await w.value.array<1>())[0].toFixed(1)); // 1.8
 * ```
 */
export class Lamb extends Optimizer {
  static override readonly className: string = "Lamb";
  static override readonly module: string = "keras.optimizers";
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly momentums: Variable[] = [];
  readonly velocities: Variable[] = [];

  constructor(config: LambConfig = {}) {
    super(config, 0.001);
    this.beta1 = config.beta1 ?? 0.9;
    this.beta2 = config.beta2 ?? 0.999;
    this.epsilon = config.epsilon ?? 1e-7;
  }

  override buildSlots(variables: readonly Variable[]): void {
    for (const v of variables) {
      this.momentums.push(this.addSlot(v, "momentum"));
      this.velocities.push(this.addSlot(v, "velocity"));
    }
  }

  override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const i = this.indexOf(variable);
    const [m, v] = [this.momentums[i]!, this.velocities[i]!];
    const step = cast(add(this.steps, 1), variable.dtype);
    m.assign(add(m, multiply(subtract(gradient, m), 1 - this.beta1)));
    v.assign(add(v, multiply(subtract(square(gradient), v), 1 - this.beta2)));
    const mean = divide(m, subtract(1, power(this.beta1, step)));
    const scale = add(sqrt(divide(v, subtract(1, power(this.beta2, step)))), this.epsilon);
    const update = divide(mean, scale);
    const [size, length] = [norm(variable), norm(update)];
    const ratio = where(
      logicalAnd(greater(size, 0), greater(length, 0)),
      divide(size, length),
      cast(1, variable.dtype),
    );
    variable.assign(subtract(variable, multiply(multiply(ratio, learningRate), update)));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), beta1: this.beta1, beta2: this.beta2, epsilon: this.epsilon };
  }
}

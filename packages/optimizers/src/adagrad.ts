import { add, divide, multiply, sqrt, square, subtract, type Tensor, type Variable } from "@keras/ops";
import { Optimizer, type OptimizerConfig } from "./optimizer.ts";

/** Options of {@link Adagrad}. */
export interface AdagradConfig extends OptimizerConfig {
  /** What the sums of squares begin with. Default 0.1. */
  readonly initialAccumulatorValue?: number | undefined;
  /** Default 1e-7. */
  readonly epsilon?: number | undefined;
}

/**
 * Gradients divided by the root of the sum of all their squares so far (Duchi et al., 2011). Default learning rate 0.001.
 *
 * @example
 * ```ts
 * import { optimizers, ops, Variable } from "keras";
 * const w = new Variable([1]);
 * new optimizers.Adagrad({ learningRate: 0.1 }).apply([ops.array([2])], [w]);
 * console.log((await w.value.array<1>())[0].toFixed(3)); // 0.901
 * ```
 */
export class Adagrad extends Optimizer {
  static override readonly className: string = "Adagrad";
  static override readonly module: string = "keras.optimizers";
  readonly initialAccumulatorValue: number;
  readonly epsilon: number;
  readonly sums: Variable[] = [];

  constructor(config: AdagradConfig = {}) {
    super(config, 0.001);
    this.initialAccumulatorValue = config.initialAccumulatorValue ?? 0.1;
    this.epsilon = config.epsilon ?? 1e-7;
  }

  override buildSlots(variables: readonly Variable[]): void {
    for (const v of variables) this.sums.push(this.addSlot(v, "accumulator", this.initialAccumulatorValue));
  }

  override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const total = this.sums[this.indexOf(variable)]!;
    total.assign(add(total, square(gradient)));
    variable.assign(subtract(variable, divide(multiply(learningRate, gradient), sqrt(add(total, this.epsilon)))));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), initialAccumulatorValue: this.initialAccumulatorValue, epsilon: this.epsilon };
  }
}

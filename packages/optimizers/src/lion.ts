import { add, ArgumentError, multiply, sign, subtract, type Tensor, type Variable } from "@keras/ops";
import { Optimizer, type OptimizerConfig } from "./optimizer.ts";

/** Options of {@link Lion}. */
export interface LionConfig extends OptimizerConfig {
  /** Share of the momentum in the step. Default 0.9. */
  readonly beta1?: number | undefined;
  /** Decay of the momentum. Default 0.99. */
  readonly beta2?: number | undefined;
}

/**
 * Steps of one size in the direction of the sign of the momentum (Chen et al., 2023). It wants a smaller rate than Adam. Default 0.001.
 *
 * @example
 * ```ts
 * import { optimizers, ops, Variable } from "keras";
 * const w = new Variable([1]);
 * new optimizers.Lion({ learningRate: 0.1 }).apply([ops.array([3])], [w]);
 * console.log((await w.value.array<1>())[0].toFixed(1)); // 0.9
 * ```
 */
export class Lion extends Optimizer {
  static override readonly className: string = "Lion";
  static override readonly module: string = "keras.optimizers";
  readonly beta1: number;
  readonly beta2: number;
  readonly momentums: Variable[] = [];

  /** @throws {ArgumentError} when beta1 is outside (0, 1]. */
  constructor(config: LionConfig = {}) {
    super(config, 0.001);
    this.beta1 = config.beta1 ?? 0.9;
    this.beta2 = config.beta2 ?? 0.99;
    if (!(this.beta1 > 0 && this.beta1 <= 1)) throw new ArgumentError(`beta1 must lie in (0, 1], got ${this.beta1}`);
  }

  override buildSlots(variables: readonly Variable[]): void {
    for (const v of variables) this.momentums.push(this.addSlot(v, "momentum"));
  }

  override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const m = this.momentums[this.indexOf(variable)]!;
    const mixed = (beta: number): Tensor => add(multiply(m, beta), multiply(gradient, 1 - beta));
    variable.assign(subtract(variable, multiply(learningRate, sign(mixed(this.beta1)))));
    m.assign(mixed(this.beta2));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), beta1: this.beta1, beta2: this.beta2 };
  }
}

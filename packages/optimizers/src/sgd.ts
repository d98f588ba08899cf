import { add, ArgumentError, multiply, negative, subtract, type Tensor, type Variable } from "@keras/ops";
import { Optimizer, type OptimizerConfig } from "./optimizer.ts";

/** Options of {@link SGD}. */
export interface SGDConfig extends OptimizerConfig {
  /** Share of the last step that goes on, in [0, 1]. Default 0. */
  readonly momentum?: number | undefined;
  /** Look ahead along the momentum (Nesterov). */
  readonly nesterov?: boolean | undefined;
}

/**
 * Gradient descent, with momentum if wanted. Default learning rate 0.01.
 *
 * @example
 * ```ts
 * import { optimizers, ops, Variable } from "keras";
 * const w = new Variable([1]);
 * new optimizers.SGD({ learningRate: 0.1 }).apply([ops.array([2])], [w]);
 * console.log((await w.value.array<1>())[0].toFixed(1)); // 0.8
 * ```
 */
export class SGD extends Optimizer {
  static override readonly className: string = "SGD";
  static override readonly module: string = "keras.optimizers";
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly momentums: Variable[] = [];

  /** @throws {ArgumentError} when the momentum is outside [0, 1]. */
  constructor(config: SGDConfig = {}) {
    super(config, 0.01);
    this.momentum = config.momentum ?? 0;
    this.nesterov = config.nesterov ?? false;
    if (this.momentum < 0 || this.momentum > 1)
      throw new ArgumentError(`momentum must lie in [0, 1], got ${this.momentum}`);
  }

  override buildSlots(variables: readonly Variable[]): void {
    if (this.momentum !== 0) for (const v of variables) this.momentums.push(this.addSlot(v, "momentum"));
  }

  override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const step = multiply(gradient, learningRate);
    const m = this.momentums[this.indexOf(variable)];
    if (!m) {
      variable.assign(subtract(variable, step));
      return;
    }
    m.assign(subtract(multiply(m, this.momentum), step));
    variable.assign(this.nesterov ? add(variable, add(multiply(m, this.momentum), negative(step))) : add(variable, m));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), momentum: this.momentum, nesterov: this.nesterov };
  }
}

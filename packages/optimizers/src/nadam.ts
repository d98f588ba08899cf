import {
  add,
  cast,
  divide,
  floatx,
  multiply,
  ones,
  power,
  sqrt,
  square,
  subtract,
  type Tensor,
  type Variable,
} from "@keras/ops";
import { Optimizer, type OptimizerConfig, type Update } from "./optimizer.ts";

/** Options of {@link Nadam}. */
export interface NadamConfig extends OptimizerConfig {
  /** Decay of the running mean of gradients. Default 0.9. */
  readonly beta1?: number | undefined;
  /** Decay of the running mean of their squares. Default 0.999. */
  readonly beta2?: number | undefined;
  /** Default 1e-7. */
  readonly epsilon?: number | undefined;
}

/** Decay of the schedule of the momentum. */
const DECAY = 0.96;

/**
 * Adam that looks ahead along the momentum (Dozat, 2015). Default learning rate 0.001.
 *
 * @example
 * ```ts
 * import { optimizers, ops, Variable } from "keras";
 * const w = new Variable([1]);
 * new optimizers.Nadam({ learningRate: 0.1 }).apply([ops.array([3])], [w]);
 * console.log((await w.value.array<1>())[0].toFixed(2)); // 0.89
 * ```
 */
export class Nadam extends Optimizer {
  static override readonly className: string = "Nadam";
  static override readonly module: string = "keras.optimizers";
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly momentums: Variable[] = [];
  readonly velocities: Variable[] = [];
  /** Product of the momentums so far. */
  product: Variable | null = null;

  constructor(config: NadamConfig = {}) {
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
    const dtype = variables[0]?.dtype ?? floatx();
    this.product = this.addVariable(() => ones([], dtype), [], "variable", dtype);
  }

  /** The momentum at a step. */
  momentumAt(step: Tensor): Tensor {
    return multiply(this.beta1, subtract(1, multiply(0.5, power(DECAY, step))));
  }

  override applyNow(pairs: readonly Update[]): void {
    const product = this.product!;
    product.assign(multiply(product, this.momentumAt(cast(add(this.steps, 1), product.dtype))));
    super.applyNow(pairs);
  }

  override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const i = this.indexOf(variable);
    const [m, v] = [this.momentums[i]!, this.velocities[i]!];
    const step = cast(add(this.steps, 1), variable.dtype);
    const [now, next] = [this.momentumAt(step), this.momentumAt(add(step, 1))];
    const product = cast(this.product!.value, variable.dtype);
    m.assign(add(m, multiply(subtract(gradient, m), 1 - this.beta1)));
    v.assign(add(v, multiply(subtract(square(gradient), v), 1 - this.beta2)));
    const ahead = divide(multiply(next, m), subtract(1, multiply(product, next)));
    const here = divide(multiply(subtract(1, now), gradient), subtract(1, product));
    const scale = divide(v, subtract(1, power(this.beta2, step)));
    variable.assign(
      subtract(variable, divide(multiply(add(ahead, here), learningRate), add(sqrt(scale), this.epsilon))),
    );
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), beta1: this.beta1, beta2: this.beta2, epsilon: this.epsilon };
  }
}

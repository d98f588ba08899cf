import {
  add,
  cast,
  divide,
  maximum,
  multiply,
  power,
  sqrt,
  square,
  subtract,
  type Tensor,
  type Variable,
} from "@keras/ops";
import { Optimizer, type OptimizerConfig } from "./optimizer.ts";

/** Options of {@link Adam}. */
export interface AdamConfig extends OptimizerConfig {
  /** Decay of the running mean of gradients. Default 0.9. */
  readonly beta1?: number | undefined;
  /** Decay of the running mean of their squares. Default 0.999. */
  readonly beta2?: number | undefined;
  /** Default 1e-7. */
  readonly epsilon?: number | undefined;
  /** Use the largest mean of squares so far (Reddi et al., 2018). */
  readonly amsgrad?: boolean | undefined;
}

/**
 * Steps scaled by running means of gradients and of their squares (Kingma and Ba, 2014). Default learning rate 0.001.
 *
 * @example
 * ```ts
 * import { optimizers, ops, Variable } from "keras";
 * const w = new Variable([1]);
 * new optimizers.Adam({ learningRate: 0.1 }).apply([ops.array([3])], [w]);
 * console.log((await w.value.array<1>())[0].toFixed(3)); // 0.900
 * ```
 */
export class Adam extends Optimizer {
  static override readonly className: string = "Adam";
  static override readonly module: string = "keras.optimizers";
  static readonly configKeys: Readonly<Record<string, string>> = { beta1: "beta_1", beta2: "beta_2" };
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly amsgrad: boolean;
  readonly momentums: Variable[] = [];
  readonly velocities: Variable[] = [];
  readonly maxima: Variable[] = [];

  constructor(config: AdamConfig = {}) {
    super(config, 0.001);
    this.beta1 = config.beta1 ?? 0.9;
    this.beta2 = config.beta2 ?? 0.999;
    this.epsilon = config.epsilon ?? 1e-7;
    this.amsgrad = config.amsgrad ?? false;
  }

  override buildSlots(variables: readonly Variable[]): void {
    for (const v of variables) {
      this.momentums.push(this.addSlot(v, "momentum"));
      this.velocities.push(this.addSlot(v, "velocity"));
    }
    if (this.amsgrad) for (const v of variables) this.maxima.push(this.addSlot(v, "velocity_hat"));
  }

  override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const i = this.indexOf(variable);
    const [m, v] = [this.momentums[i]!, this.velocities[i]!];
    const step = cast(add(this.steps, 1), variable.dtype);
    const correction = divide(sqrt(subtract(1, power(this.beta2, step))), subtract(1, power(this.beta1, step)));
    m.assign(add(m, multiply(subtract(gradient, m), 1 - this.beta1)));
    v.assign(add(v, multiply(subtract(square(gradient), v), 1 - this.beta2)));
    let scale: Tensor = v.value;
    if (this.amsgrad) {
      this.maxima[i]!.assign(maximum(this.maxima[i]!, v));
      scale = this.maxima[i]!.value;
    }
    variable.assign(
      subtract(variable, divide(multiply(m, multiply(learningRate, correction)), add(sqrt(scale), this.epsilon))),
    );
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), beta1: this.beta1, beta2: this.beta2, epsilon: this.epsilon, amsgrad: this.amsgrad };
  }
}

/**
 * Adam with weight decay apart from the gradient (Loshchilov and Hutter, 2019). Default decay 0.004.
 *
 * @example
 * ```ts
 * import { optimizers } from "keras";
 * console.log(new optimizers.AdamW({ weightDecay: 0.01 }).getConfig().weightDecay); // 0.01
 * ```
 */
export class AdamW extends Adam {
  static override readonly className: string = "AdamW";
  static override readonly module: string = "keras.optimizers";

  constructor(config: AdamConfig = {}) {
    super({ ...config, weightDecay: config.weightDecay === undefined ? 0.004 : config.weightDecay });
  }
}

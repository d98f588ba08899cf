import {
  add,
  cast,
  divide,
  expandDims,
  maximum,
  mean,
  minimum,
  multiply,
  power,
  sqrt,
  square,
  subtract,
  Variable,
  zeros,
  type Tensor,
} from "@keras/ops";
import { Optimizer, type OptimizerConfig } from "./optimizer.ts";

/** Options of {@link Adafactor}. */
export interface AdafactorConfig extends OptimizerConfig {
  /** Exponent of the decay of the running mean of squares. Default -0.8. */
  readonly beta2Decay?: number | undefined;
  /** Added to squared gradients. Default 1e-30. */
  readonly epsilon1?: number | undefined;
  /** Least size of a weight tensor. Default 1e-3. */
  readonly epsilon2?: number | undefined;
  /** Largest root mean square of an update. Default 1. */
  readonly clipThreshold?: number | undefined;
  /** The rate falls at least as 1 / √step. Default true. */
  readonly relativeStep?: boolean | undefined;
}

const rms = (x: Tensor | Variable): Tensor => sqrt(mean(square(x)));

/**
 * Adam that keeps the means of squares of a matrix by its rows and columns only, to save memory (Shazeer and Stern, 2018).
 * Default learning rate 0.001.
 *
 * @example
 * ```ts
 * import { optimizers, ops, Variable } from "keras";
 * const w = new Variable([[1, 1]]);
 * new optimizers.Adafactor({ learningRate: 0.1 }).apply([ops.array([[3, 3]])], [w]);
 * console.log((await w.value.array<2>())[0][0].toFixed(1)); // 0.9
 * ```
 */
export class Adafactor extends Optimizer {
  static override readonly className: string = "Adafactor";
  static override readonly module: string = "keras.optimizers";
  static readonly configKeys: Readonly<Record<string, string>> = {
    beta2Decay: "beta_2_decay",
    epsilon1: "epsilon_1",
    epsilon2: "epsilon_2",
  };
  readonly settings: { readonly [K in "beta2Decay" | "epsilon1" | "epsilon2" | "clipThreshold"]: number };
  readonly relativeStep: boolean;
  readonly rows: Variable[] = [];
  readonly columns: Variable[] = [];
  readonly velocities: Variable[] = [];

  constructor(config: AdafactorConfig = {}) {
    super(config, 0.001);
    const { beta2Decay = -0.8, epsilon1 = 1e-30, epsilon2 = 1e-3, clipThreshold = 1, relativeStep = true } = config;
    this.settings = { beta2Decay, epsilon1, epsilon2, clipThreshold };
    this.relativeStep = relativeStep;
  }

  override buildSlots(variables: readonly Variable[]): void {
    for (const v of variables) {
      const { shape, dtype } = v;
      // Vectors have no rows and columns: as in Keras's files, unused integers stand in their place.
      const factored = shape.length >= 2;
      const kind = factored ? dtype : "int32";
      const slot = (s: readonly number[]): Variable =>
        this.addVariable((of) => zeros(of, kind), factored ? s : [], v.name, kind);
      this.rows.push(slot(shape.slice(0, -1)));
      this.columns.push(slot([...shape.slice(0, -2), ...shape.slice(-1)]));
      this.velocities.push(this.addSlot(v, "velocity"));
    }
  }

  override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const { beta2Decay, epsilon1, epsilon2, clipThreshold } = this.settings;
    const i = this.indexOf(variable);
    const [r, c, v] = [this.rows[i]!, this.columns[i]!, this.velocities[i]!];
    const step = cast(add(this.steps, 1), variable.dtype);
    const falling = divide(1, sqrt(step));
    const relative = this.rate instanceof Variable && this.relativeStep ? minimum(learningRate, falling) : learningRate;
    const rate = multiply(maximum(rms(variable), epsilon2), minimum(relative, falling));
    const squares = add(square(gradient), epsilon1);
    const beta2 = subtract(1, power(step, beta2Decay));
    const running = (old: Variable, x: Tensor): Tensor => add(multiply(beta2, old), multiply(subtract(1, beta2), x));
    if (variable.ndim < 2) v.assign(running(v, squares));
    else {
      r.assign(running(r, mean(squares, { axis: -1 })));
      c.assign(running(c, mean(squares, { axis: -2 })));
      v.assign(multiply(expandDims(divide(r, mean(r, { axis: -1, keepdims: true })), -1), expandDims(c, -2)));
    }
    const update = divide(gradient, sqrt(v));
    variable.assign(subtract(variable, multiply(rate, divide(update, maximum(divide(rms(update), clipThreshold), 1)))));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), ...this.settings, relativeStep: this.relativeStep };
  }
}

import {
  add,
  ArgumentError,
  cast,
  divide,
  matmul,
  multiply,
  norm,
  sqrt,
  square,
  subtract,
  swapaxes,
  power,
} from "@keras/ops";
import type { Tensor, Variable } from "@keras/ops";
import { Optimizer, type OptimizerConfig } from "./optimizer.ts";

/** Options of {@link Muon}. */
export interface MuonConfig extends OptimizerConfig {
  /** Decay of the mean of gradients, for weights that Adam trains. Default 0.9. */
  readonly adamBeta1?: number | undefined;
  /** Decay of the mean of squared gradients, for weights that Adam trains. Default 0.999. */
  readonly adamBeta2?: number | undefined;
  /** Weight decay of weights that Adam trains. Default 0.004. */
  readonly adamWeightDecay?: number | null | undefined;
  /** Default 1e-7. */
  readonly epsilon?: number | undefined;
  /** Adam trains the weights whose path one of these regular expressions matches. */
  readonly excludeLayers?: readonly string[] | undefined;
  /** Adam trains embeddings. Default true. */
  readonly excludeEmbeddings?: boolean | undefined;
  /** Coefficients of the Newton-Schulz iteration. Default 3.4445, -4.775 and 2.0315. */
  readonly muonA?: number | undefined;
  readonly muonB?: number | undefined;
  readonly muonC?: number | undefined;
  /** Rate of Adam as a share of the learning rate. Default 1. */
  readonly adamLrRatio?: number | undefined;
  /** Default 0.95. */
  readonly momentum?: number | undefined;
  /** Newton-Schulz iterations. Default 5. */
  readonly nsSteps?: number | undefined;
  /** Default true. */
  readonly nesterov?: boolean | undefined;
  /** Size of a step's entries, as in Moonlight; null: steps as the iteration gives them. Default 0.2. */
  readonly rmsRate?: number | null | undefined;
}

/** What keeps a matrix of zeros from being divided by zero. */
const TINY = 1e-7;

/**
 * Momentum whose steps are made orthogonal by Newton-Schulz iterations, for weights that are matrices; AdamW for all others (Jordan et
 * al., 2024; Liu et al., 2025). Default rate 0.001.
 *
 * @example
 * ```ts
 * import { optimizers, ops, Variable } from "keras";
 * const w = new Variable([[1, 2], [3, 4]]);
 * new optimizers.Muon({ learningRate: 0.5 }).apply([ops.array([[1, 6], [7, 2]])], [w]);
 * console.log(w.shape); // [2, 2]
 * ```
 */
export class Muon extends Optimizer {
  static override readonly className: string = "Muon";
  static override readonly module: string = "keras.optimizers";
  static readonly configKeys: Readonly<Record<string, string>> = { adamBeta1: "adam_beta_1", adamBeta2: "adam_beta_2" };
  readonly settings: Required<{
    readonly [K in keyof Omit<MuonConfig, keyof OptimizerConfig>]: Exclude<MuonConfig[K], undefined>;
  }>;
  readonly momentums: Variable[] = [];
  readonly adamVelocities: (Variable | null)[] = [];

  constructor(config: MuonConfig = {}) {
    super({ ...config, weightDecay: config.weightDecay === undefined ? 0.004 : config.weightDecay }, 0.001);
    this.settings = {
      adamBeta1: config.adamBeta1 ?? 0.9,
      adamBeta2: config.adamBeta2 ?? 0.999,
      epsilon: config.epsilon ?? 1e-7,
      excludeLayers: config.excludeLayers ?? [],
      muonA: config.muonA ?? 3.4445,
      muonB: config.muonB ?? -4.775,
      muonC: config.muonC ?? 2.0315,
      adamLrRatio: config.adamLrRatio ?? 1,
      momentum: config.momentum ?? 0.95,
      nsSteps: config.nsSteps ?? 5,
      nesterov: config.nesterov ?? true,
      excludeEmbeddings: config.excludeEmbeddings ?? true,
      adamWeightDecay: config.adamWeightDecay === undefined ? 0.004 : config.adamWeightDecay,
      rmsRate: config.rmsRate === undefined ? 0.2 : config.rmsRate,
    };
  }

  /** Whether Adam trains a Variable: all that are no matrices, embeddings, and those that are named. */
  usesAdam(variable: Variable): boolean {
    const { excludeEmbeddings, excludeLayers } = this.settings;
    return (
      variable.shape.length !== 2 ||
      (excludeEmbeddings && variable.path.toLowerCase().includes("embedding")) ||
      excludeLayers.some((pattern) => new RegExp(pattern, "u").test(variable.path))
    );
  }

  override buildSlots(variables: readonly Variable[]): void {
    for (const v of variables) {
      this.momentums.push(this.addSlot(v, "momentum"));
      this.adamVelocities.push(this.usesAdam(v) ? this.addSlot(v, "velocity") : null);
    }
  }

  override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const index = this.indexOf(variable);
    const velocity = this.adamVelocities[index]!;
    if (velocity) this.adamStep(gradient, variable, multiply(learningRate, this.settings.adamLrRatio), index, velocity);
    else this.muonStep(gradient, variable, learningRate, this.momentums[index]!);
  }

  muonStep(gradient: Tensor, variable: Variable, rate: Tensor, m: Variable): void {
    const { momentum, nesterov, nsSteps } = this.settings;
    m.assign(add(multiply(m, momentum), gradient));
    const direction = nesterov ? add(gradient, multiply(m, momentum)) : m.value;
    variable.assign(subtract(variable, this.adjusted(multiply(rate, this.orthogonalized(direction, nsSteps)))));
  }

  adamStep(gradient: Tensor, variable: Variable, rate: Tensor, index: number, v: Variable): void {
    const { adamBeta1, adamBeta2, epsilon } = this.settings;
    const m = this.momentums[index]!;
    const step = cast(add(this.steps, 1), variable.dtype);
    const bias = divide(sqrt(subtract(1, power(adamBeta2, step))), subtract(1, power(adamBeta1, step)));
    m.assign(add(m, multiply(subtract(gradient, m), 1 - adamBeta1)));
    v.assign(add(v, multiply(subtract(square(gradient), v), 1 - adamBeta2)));
    variable.assign(subtract(variable, divide(multiply(m, multiply(rate, bias)), add(sqrt(v), epsilon))));
  }

  /** A step of entries of the size that AdamW's steps have (Liu et al., 2025). */
  adjusted(step: Tensor): Tensor {
    const { rmsRate } = this.settings;
    return rmsRate === null ? step : multiply(step, Math.sqrt(Math.max(...(step.shape as number[]))) * rmsRate);
  }

  /**
   * About the nearest matrix with orthonormal rows or columns: each iteration is a polynomial of fifth degree of the singular values that
   * drives them towards 1.
   *
   * @throws {ArgumentError} when x is no matrix.
   */
  orthogonalized(x: Tensor, steps: number): Tensor {
    const { muonA, muonB, muonC } = this.settings;
    const [rows, columns] = x.shape.slice(-2) as number[];
    if (rows === undefined || columns === undefined)
      throw new ArgumentError(`Muon makes matrices orthogonal, got shape [${x.shape.join(", ")}]`);
    const tall = rows > columns;
    let y = tall ? swapaxes(x, -1, -2) : x;
    // The spectral norm is at most the Frobenius norm.
    y = divide(y, add(norm(y, { axis: [-2, -1], keepdims: true }), TINY));
    for (let i = 0; i < steps; i++) {
      const gram = matmul(y, swapaxes(y, -1, -2));
      const even = add(multiply(gram, muonB), multiply(matmul(gram, gram), muonC));
      y = add(multiply(y, muonA), matmul(even, y));
    }
    return tall ? swapaxes(y, -1, -2) : y;
  }

  override decay(variables: readonly Variable[], rate: Tensor): void {
    for (const v of variables.filter((each) => this.usesWeightDecay(each))) {
      const decay = this.usesAdam(v) ? this.settings.adamWeightDecay : this.options.weightDecay;
      if (decay !== null) v.assign(subtract(v, multiply(v, multiply(cast(rate, v.dtype), decay))));
    }
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), ...this.settings };
  }
}

import { ArgumentError, divide, floor, multiply, power, toTensor, type Tensor, type TensorLike } from "@keras/ops";
import { LearningRateSchedule } from "./schedule.ts";

/** Options of {@link ExponentialDecay}. */
export interface ExponentialDecayConfig {
  readonly initialLearningRate: number;
  /** Steps per factor of `decayRate`. */
  readonly decaySteps: number;
  readonly decayRate: number;
  /** Decay in whole steps of `decaySteps`. Default false. */
  readonly staircase?: boolean | undefined;
  readonly name?: string | undefined;
}

/**
 * `initial · rate^(step / decaySteps)`.
 *
 * @example
 * ```ts
 * import { optimizers } from "keras";
 * const rate = new optimizers.schedules.ExponentialDecay({ initialLearningRate: 0.1, decaySteps: 100, decayRate: 0.5 });
 * console.log((await rate.call(200).item()).toFixed(3)); // 0.025
 * ```
 */
export class ExponentialDecay extends LearningRateSchedule {
  static override readonly className: string = "ExponentialDecay";
  static override readonly module: string = "keras.optimizers.schedules";
  readonly config: { readonly [K in keyof ExponentialDecayConfig]-?: Exclude<ExponentialDecayConfig[K], undefined> };

  /** @throws {ArgumentError} when `decaySteps` is not above 0. */
  constructor(config: ExponentialDecayConfig) {
    super();
    const { initialLearningRate, decaySteps, decayRate, staircase = false, name = "ExponentialDecay" } = config;
    if (!(decaySteps > 0)) throw new ArgumentError(`decaySteps must be above 0, got ${decaySteps}`);
    this.config = { initialLearningRate, decaySteps, decayRate, staircase, name };
  }

  override call(step: TensorLike): Tensor {
    const { initialLearningRate, decaySteps, decayRate, staircase } = this.config;
    const progress = divide(toTensor(step, "float32"), decaySteps);
    return multiply(initialLearningRate, power(decayRate, staircase ? floor(progress) : progress));
  }

  override getConfig(): Record<string, unknown> {
    return { ...this.config };
  }
}

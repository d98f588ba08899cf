import { add, ArgumentError, divide, floor, multiply, toTensor, type Tensor, type TensorLike } from "@keras/ops";
import { LearningRateSchedule } from "./schedule.ts";

/** Options of {@link InverseTimeDecay}. */
export interface InverseTimeDecayConfig {
  readonly initialLearningRate: number;
  /** Steps per unit of `decayRate`. */
  readonly decaySteps: number;
  readonly decayRate: number;
  /** Decay in whole steps of `decaySteps`. Default false. */
  readonly staircase?: boolean | undefined;
  readonly name?: string | undefined;
}

/**
 * `initial / (1 + rate · step / decaySteps)`.
 *
 * @example
 * ```ts
 * import { optimizers } from "keras";
 * const rate = new optimizers.schedules.InverseTimeDecay({ initialLearningRate: 1, decaySteps: 10, decayRate: 0.5 });
 * console.log(await rate.call(20).item()); // 0.5
 * ```
 */
export class InverseTimeDecay extends LearningRateSchedule {
  static override readonly className: string = "InverseTimeDecay";
  static override readonly module: string = "keras.optimizers.schedules";
  readonly config: { readonly [K in keyof InverseTimeDecayConfig]-?: Exclude<InverseTimeDecayConfig[K], undefined> };

  /** @throws {ArgumentError} when `decaySteps` is not above 0. */
  constructor(config: InverseTimeDecayConfig) {
    super();
    const { initialLearningRate, decaySteps, decayRate, staircase = false, name = "InverseTimeDecay" } = config;
    if (!(decaySteps > 0)) throw new ArgumentError(`decaySteps must be above 0, got ${decaySteps}`);
    this.config = { initialLearningRate, decaySteps, decayRate, staircase, name };
  }

  override call(step: TensorLike): Tensor {
    const { initialLearningRate, decaySteps, decayRate, staircase } = this.config;
    const progress = divide(toTensor(step, "float32"), decaySteps);
    return divide(initialLearningRate, add(1, multiply(decayRate, staircase ? floor(progress) : progress)));
  }

  override getConfig(): Record<string, unknown> {
    return { ...this.config };
  }
}

import {
  add,
  ArgumentError,
  ceil,
  divide,
  equal,
  minimum,
  multiply,
  power,
  subtract,
  toTensor,
  where,
  type Tensor,
  type TensorLike,
} from "@keras/ops";
import { LearningRateSchedule } from "./schedule.ts";

/** Options of {@link PolynomialDecay}. */
export interface PolynomialDecayConfig {
  readonly initialLearningRate: number;
  /** Steps from the start of the decay to its end. */
  readonly decaySteps: number;
  /** Default 0.0001. */
  readonly endLearningRate?: number | undefined;
  /** Default 1: a line. */
  readonly power?: number | undefined;
  /** Begin anew, over twice, three times … the steps, whenever the end is reached. Default false. */
  readonly cycle?: boolean | undefined;
  readonly name?: string | undefined;
}

/**
 * `(initial - end) · (1 - step / decaySteps)^power + end`.
 *
 * @example
 * ```ts
 * import { optimizers } from "keras";
 * const rate = new optimizers.schedules.PolynomialDecay({ initialLearningRate: 1, decaySteps: 10, endLearningRate: 0 });
 * console.log(await rate.call(5).item()); // 0.5
 * ```
 */
export class PolynomialDecay extends LearningRateSchedule {
  static override readonly className: string = "PolynomialDecay";
  static override readonly module: string = "keras.optimizers.schedules";
  readonly config: { readonly [K in keyof PolynomialDecayConfig]-?: Exclude<PolynomialDecayConfig[K], undefined> };

  /** @throws {ArgumentError} when `decaySteps` is not above 0. */
  constructor(config: PolynomialDecayConfig) {
    super();
    const {
      initialLearningRate,
      decaySteps,
      endLearningRate = 0.0001,
      power: exponent = 1,
      cycle = false,
      name = "PolynomialDecay",
    } = config;
    if (!(decaySteps > 0)) throw new ArgumentError(`decaySteps must be above 0, got ${decaySteps}`);
    this.config = { initialLearningRate, decaySteps, endLearningRate, power: exponent, cycle, name };
  }

  override call(step: TensorLike): Tensor {
    const { initialLearningRate, decaySteps, endLearningRate, power: exponent, cycle } = this.config;
    const at = toTensor(step, "float32");
    const length = multiply(
      decaySteps,
      cycle ? where(equal(at, 0), 1, ceil(divide(at, decaySteps))) : toTensor(1, "float32"),
    );
    const progress = divide(cycle ? at : minimum(at, decaySteps), length);
    return add(
      multiply(initialLearningRate - endLearningRate, power(subtract(1, progress), exponent)),
      endLearningRate,
    );
  }

  override getConfig(): Record<string, unknown> {
    return { ...this.config };
  }
}

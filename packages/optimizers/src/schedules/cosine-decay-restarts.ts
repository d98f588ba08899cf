import {
  add,
  ArgumentError,
  cos,
  divide,
  floor,
  log,
  multiply,
  power,
  subtract,
  toTensor,
  type Tensor,
  type TensorLike,
} from "@keras/ops";
import { LearningRateSchedule } from "./schedule.ts";

/** Options of {@link CosineDecayRestarts}. */
export interface CosineDecayRestartsConfig {
  readonly initialLearningRate: number;
  /** Steps of the first period. */
  readonly firstDecaySteps: number;
  /** How much longer each period is than the one before. Default 2. */
  readonly tMul?: number | undefined;
  /** How much higher each period begins than the one before. Default 1. */
  readonly mMul?: number | undefined;
  /** Rate at the end of a period, as a share of the first rate. Default 0. */
  readonly alpha?: number | undefined;
  readonly name?: string | undefined;
}

/**
 * Half a cosine, over and over, in periods that grow (Loshchilov and Hutter, 2017).
 *
 * @example
 * ```ts
 * import { optimizers } from "keras";
 * const rate = new optimizers.schedules.CosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 10 });
 * console.log((await rate.call(5).item()).toFixed(2), (await rate.call(10).item()).toFixed(2)); // 0.50 1.00
 * ```
 */
export class CosineDecayRestarts extends LearningRateSchedule {
  static override readonly className: string = "CosineDecayRestarts";
  static override readonly module: string = "keras.optimizers.schedules";
  readonly config: {
    readonly [K in keyof CosineDecayRestartsConfig]-?: Exclude<CosineDecayRestartsConfig[K], undefined>;
  };

  /** @throws {ArgumentError} when `firstDecaySteps` is not above 0. */
  constructor(config: CosineDecayRestartsConfig) {
    super();
    const { initialLearningRate, firstDecaySteps, tMul = 2, mMul = 1, alpha = 0, name = "SGDRDecay" } = config;
    if (!(firstDecaySteps > 0)) throw new ArgumentError(`firstDecaySteps must be above 0, got ${firstDecaySteps}`);
    this.config = { initialLearningRate, firstDecaySteps, tMul, mMul, alpha, name };
  }

  override call(step: TensorLike): Tensor {
    const { initialLearningRate, firstDecaySteps, mMul, alpha } = this.config;
    const [period, progress] = this.place(divide(toTensor(step, "float32"), firstDecaySteps));
    const cosine = multiply(multiply(0.5, power(mMul, period)), add(1, cos(multiply(Math.PI, progress))));
    return multiply(initialLearningRate, add(multiply(1 - alpha, cosine), alpha));
  }

  /** Number of the period, and how much of it is over. `t` is in lengths of the first. */
  place(t: Tensor): [period: Tensor, progress: Tensor] {
    const { tMul } = this.config;
    if (tMul === 1) return [floor(t), subtract(t, floor(t))];
    const period = floor(divide(log(subtract(1, multiply(t, 1 - tMul))), log(toTensor(tMul, "float32"))));
    const length = power(toTensor(tMul, "float32"), period);
    return [period, divide(subtract(t, divide(subtract(1, length), 1 - tMul)), length)];
  }

  override getConfig(): Record<string, unknown> {
    return { ...this.config };
  }
}

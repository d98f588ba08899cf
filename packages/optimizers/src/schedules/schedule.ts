import type { Serializable, Tensor, TensorLike } from "@keras/ops";

/**
 * A learning rate that depends on the number of steps taken. Subclasses write `call`.
 *
 * @example
 * ```ts
 * import { optimizers, ops } from "keras";
 * const rate = new optimizers.schedules.ExponentialDecay({ initialLearningRate: 1, decaySteps: 10, decayRate: 0.5 });
 * console.log(await rate.call(10).item()); // 0.5
 * ```
 */
export abstract class LearningRateSchedule implements Serializable {
  readonly kind: "schedule" = "schedule";
  static readonly className: string | undefined = undefined;
  static readonly module: string | null = null;

  /** The rate at a step, as a float32 scalar. */
  abstract call(step: TensorLike): Tensor;

  abstract getConfig(): Record<string, unknown>;

  static fromConfig(config: Record<string, unknown>): LearningRateSchedule {
    return new (this as unknown as new (config: Record<string, unknown>) => LearningRateSchedule)(config);
  }
}

import { ArgumentError } from "@keras/ops";
import { Callback } from "./callback.ts";

/** Options of {@link LearningRateScheduler}. */
export interface LearningRateSchedulerConfig {
  /** The rate of an epoch (counted from 0), given the rate so far. */
  readonly schedule: (epoch: number, learningRate: number) => number;
  readonly verbose?: 0 | 1 | undefined;
}

/**
 * Sets the learning rate at the start of each epoch.
 *
 * @example
 * ```ts
 * import { callbacks } from "keras";
 * const halve = new callbacks.LearningRateScheduler({ schedule: (epoch, rate) => (epoch > 0 ? rate / 2 : rate) });
 * console.log(halve.schedule(1, 0.1)); // 0.05
 * ```
 */
export class LearningRateScheduler extends Callback {
  readonly schedule: (epoch: number, learningRate: number) => number;
  readonly verbose: number;

  constructor(config: LearningRateSchedulerConfig) {
    super();
    this.schedule = config.schedule;
    this.verbose = config.verbose ?? 0;
  }

  override async onEpochBegin(epoch: number): Promise<void> {
    const { optimizer } = this.model as unknown as { optimizer: { learningRate: { item(): Promise<number> } } };
    const rate = this.schedule(epoch, await optimizer.learningRate.item());
    if (typeof rate !== "number") throw new ArgumentError(`the schedule must give a number, got ${typeof rate}`);
    (optimizer as unknown as { learningRate: number }).learningRate = rate;
    if (this.verbose > 0) console.log(`Epoch ${epoch + 1}: LearningRateScheduler setting learning rate to ${rate}.`);
  }
}

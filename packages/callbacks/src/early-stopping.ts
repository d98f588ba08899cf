import type { NDArray } from "@keras/ops";
import { Callback, type Logs } from "./callback.ts";
import { checkMode, direction, improves, monitored, type MonitorMode } from "./monitor.ts";

/** Options of {@link EarlyStopping}. */
export interface EarlyStoppingConfig {
  /** Default `val_loss`. */
  readonly monitor?: string | undefined;
  /** Smallest change that counts as an improvement. Default 0. */
  readonly minDelta?: number | undefined;
  /** Epochs without improvement before training stops. Default 0. */
  readonly patience?: number | undefined;
  readonly verbose?: 0 | 1 | undefined;
  readonly mode?: MonitorMode | undefined;
  /** A value that must be beaten for training to go on. */
  readonly baseline?: number | null | undefined;
  /** Go back to the weights of the best epoch. Default false. */
  readonly restoreBestWeights?: boolean | undefined;
  /** Epochs before it begins to watch. Default 0. */
  readonly startFromEpoch?: number | undefined;
}

/**
 * Stops training when a number no longer improves.
 *
 * @example
 * ```ts
 * import { callbacks } from "keras";
 * const stop = new callbacks.EarlyStopping({ monitor: "val_loss", patience: 2, restoreBestWeights: true });
 * console.log(stop.patience); // 2
 * ```
 */
export class EarlyStopping extends Callback {
  readonly monitor: string;
  readonly minDelta: number;
  readonly patience: number;
  readonly verbose: number;
  readonly mode: MonitorMode;
  readonly baseline: number | null;
  readonly restoreBestWeights: boolean;
  readonly startFromEpoch: number;
  wait: number = 0;
  stoppedEpoch: number = 0;
  bestEpoch: number = 0;
  best: number | null = null;
  bestWeights: NDArray[] | null = null;

  /** @throws {ArgumentError} on an unknown mode. */
  constructor(config: EarlyStoppingConfig = {}) {
    super();
    const mode = config.mode ?? "auto";
    checkMode(mode);
    this.mode = mode;
    this.monitor = config.monitor ?? "val_loss";
    this.minDelta = Math.abs(config.minDelta ?? 0);
    this.patience = config.patience ?? 0;
    this.verbose = config.verbose ?? 0;
    this.baseline = config.baseline ?? null;
    this.restoreBestWeights = config.restoreBestWeights ?? false;
    this.startFromEpoch = config.startFromEpoch ?? 0;
  }

  override onTrainBegin(): void {
    this.wait = 0;
    this.stoppedEpoch = 0;
    this.bestEpoch = 0;
    this.best = null;
    this.bestWeights = null;
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const value = monitored(this, this.monitor, logs);
    if (value === null || epoch < this.startFromEpoch) return;
    const how = direction(this.monitor, this.mode, this.current);
    if (this.restoreBestWeights && this.bestWeights === null) {
      this.bestWeights = await this.model.getWeights();
      this.bestEpoch = epoch;
    }
    this.wait++;
    if (improves(value, this.best, how, this.minDelta)) {
      this.best = value;
      this.bestEpoch = epoch;
      if (this.restoreBestWeights) this.bestWeights = await this.model.getWeights();
      if (this.baseline === null || improves(value, this.baseline, how, this.minDelta)) this.wait = 0;
      return;
    }
    if (this.wait >= this.patience && epoch > 0) {
      this.stoppedEpoch = epoch;
      (this.model as unknown as { stopTraining: boolean }).stopTraining = true;
    }
  }

  override onTrainEnd(): void {
    if (this.stoppedEpoch > 0 && this.verbose > 0) console.log(`Epoch ${this.stoppedEpoch + 1}: early stopping`);
    if (!this.restoreBestWeights || this.bestWeights === null) return;
    if (this.verbose > 0) console.log(`Restoring model weights from the end of the best epoch: ${this.bestEpoch + 1}.`);
    this.model.setWeights(this.bestWeights);
  }
}

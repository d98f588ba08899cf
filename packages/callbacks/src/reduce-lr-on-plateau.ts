import { ArgumentError } from "@keras/ops";
import { Callback, type Logs } from "./callback.ts";
import { checkMode, direction, improves, monitored, type MonitorMode } from "./monitor.ts";

/** Options of {@link ReduceLROnPlateau}. */
export interface ReduceLROnPlateauConfig {
  /** Default `val_loss`. */
  readonly monitor?: string | undefined;
  /** The rate is multiplied by it. Default 0.1. */
  readonly factor?: number | undefined;
  /** Epochs without improvement before that. Default 10. */
  readonly patience?: number | undefined;
  readonly verbose?: 0 | 1 | undefined;
  readonly mode?: MonitorMode | undefined;
  /** Default 0.0001. */
  readonly minDelta?: number | undefined;
  /** Epochs to wait after a reduction. Default 0. */
  readonly cooldown?: number | undefined;
  /** Smallest rate. Default 0. */
  readonly minLr?: number | undefined;
}

interface RatedOptimizer {
  readonly learningRate: { item(): Promise<number> };
}

/**
 * Lowers the learning rate when a number no longer improves.
 *
 * @example
 * ```ts
 * import { callbacks } from "keras";
 * console.log(new callbacks.ReduceLROnPlateau({ factor: 0.5 }).factor); // 0.5
 * ```
 */
export class ReduceLROnPlateau extends Callback {
  readonly monitor: string;
  readonly factor: number;
  readonly patience: number;
  readonly verbose: number;
  readonly mode: MonitorMode;
  readonly minDelta: number;
  readonly cooldown: number;
  readonly minLr: number;
  wait: number = 0;
  cooling: number = 0;
  best: number | null = null;

  /** @throws {ArgumentError} when the factor would not lower the rate. */
  constructor(config: ReduceLROnPlateauConfig = {}) {
    super();
    const mode = config.mode ?? "auto";
    checkMode(mode);
    this.mode = mode;
    this.monitor = config.monitor ?? "val_loss";
    this.factor = config.factor ?? 0.1;
    if (this.factor >= 1) throw new ArgumentError(`factor must be below 1 to lower the rate, got ${this.factor}`);
    this.patience = config.patience ?? 10;
    this.verbose = config.verbose ?? 0;
    this.minDelta = config.minDelta ?? 1e-4;
    this.cooldown = config.cooldown ?? 0;
    this.minLr = config.minLr ?? 0;
  }

  override onTrainBegin(): void {
    this.wait = 0;
    this.cooling = 0;
    this.best = null;
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const value = monitored(this, this.monitor, logs);
    if (value === null) return;
    if (this.cooling > 0) {
      this.cooling--;
      this.wait = 0;
    }
    if (improves(value, this.best, direction(this.monitor, this.mode, this.current), this.minDelta)) {
      this.best = value;
      this.wait = 0;
      return;
    }
    if (this.cooling > 0 || ++this.wait < this.patience) return;
    const { optimizer } = this.model as unknown as { optimizer: RatedOptimizer };
    const rate = await optimizer.learningRate.item();
    if (rate <= Math.fround(this.minLr)) return;
    const lower = Math.max(rate * this.factor, this.minLr);
    (optimizer as unknown as { learningRate: number }).learningRate = lower;
    if (this.verbose > 0) console.log(`Epoch ${epoch + 1}: ReduceLROnPlateau reducing learning rate to ${lower}.`);
    this.cooling = this.cooldown;
    this.wait = 0;
  }
}

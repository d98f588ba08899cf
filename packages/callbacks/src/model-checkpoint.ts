import { ArgumentError } from "@keras/ops";
import { Callback, type Logs } from "./callback.ts";
import { checkMode, direction, improves, monitored, type MonitorMode } from "./monitor.ts";

/** Options of {@link ModelCheckpoint}. */
export interface ModelCheckpointConfig {
  /** Path with `{epoch}`, `{val_loss}` and the like in it, also padded: `{epoch:02d}`, `{val_loss:.2f}`. Ends in `.keras`, or `.weights.h5`. */
  readonly filepath: string;
  /** Default `val_loss`. */
  readonly monitor?: string | undefined;
  readonly verbose?: 0 | 1 | undefined;
  /** Save only when the monitored number improves. Default false. */
  readonly saveBestOnly?: boolean | undefined;
  /** Save weights only. Default false. */
  readonly saveWeightsOnly?: boolean | undefined;
  readonly mode?: MonitorMode | undefined;
  /** After every epoch, or after so many batches. Default `epoch`. */
  readonly saveFreq?: "epoch" | number | undefined;
  /** A value that the first save must beat. */
  readonly initialValueThreshold?: number | null | undefined;
}

interface Savable {
  save(path: string): Promise<void>;
  saveWeights(path: string): Promise<void>;
}

/**
 * Saves the model while it trains.
 *
 * @example
 * ```ts
 * import { callbacks } from "keras";
 * const checkpoint = new callbacks.ModelCheckpoint({ filepath: "best-{epoch:02d}.keras", saveBestOnly: true });
 * console.log(checkpoint.pathFor(4, { val_loss: 0.1 })); // "best-05.keras"
 * ```
 */
export class ModelCheckpoint extends Callback {
  readonly filepath: string;
  readonly monitor: string;
  readonly verbose: number;
  readonly saveBestOnly: boolean;
  readonly saveWeightsOnly: boolean;
  readonly mode: MonitorMode;
  readonly saveFreq: "epoch" | number;
  best: number | null;
  batches: number = 0;
  epoch: number = 0;

  /** @throws {ArgumentError} when the path has another ending, or the frequency is none. */
  constructor(config: ModelCheckpointConfig) {
    super();
    const mode = config.mode ?? "auto";
    checkMode(mode);
    this.mode = mode;
    this.filepath = config.filepath;
    this.monitor = config.monitor ?? "val_loss";
    this.verbose = config.verbose ?? 0;
    this.saveBestOnly = config.saveBestOnly ?? false;
    this.saveWeightsOnly = config.saveWeightsOnly ?? false;
    this.saveFreq = config.saveFreq ?? "epoch";
    this.best = config.initialValueThreshold ?? null;
    if (this.saveFreq !== "epoch" && (!Number.isInteger(this.saveFreq) || this.saveFreq < 1)) {
      throw new ArgumentError(`saveFreq must be 'epoch' or a number of batches, got ${this.saveFreq}`);
    }
    const ending = this.saveWeightsOnly ? ".weights.h5" : ".keras";
    if (!this.filepath.endsWith(ending))
      throw new ArgumentError(`the path must end in '${ending}', got '${this.filepath}'`);
  }

  override wantsBatchLogs(): boolean {
    return this.saveFreq !== "epoch" && (this.batches + 1) % this.saveFreq === 0;
  }

  override onEpochBegin(epoch: number): void {
    this.epoch = epoch;
  }

  override async onTrainBatchEnd(_batch: number, logs: Logs): Promise<void> {
    if (this.saveFreq === "epoch" || ++this.batches % this.saveFreq !== 0) return;
    await this.saveNow(this.epoch, logs);
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    if (this.saveFreq === "epoch") await this.saveNow(epoch, logs);
  }

  async saveNow(epoch: number, logs: Logs): Promise<void> {
    if (this.saveBestOnly) {
      const value = monitored(this, this.monitor, logs);
      if (value === null || !improves(value, this.best, direction(this.monitor, this.mode, this.current))) return;
      this.best = value;
    }
    const path = this.pathFor(epoch, logs);
    const model = this.model as unknown as Savable;
    await (this.saveWeightsOnly ? model.saveWeights(path) : model.save(path));
    if (this.verbose > 0) console.log(`Epoch ${epoch + 1}: saving model to ${path}`);
  }

  /** The path with the numbers filled in; epochs count from 1 there. @throws {ArgumentError} when it names a number that is not there. */
  pathFor(epoch: number, logs: Logs): string {
    const values: Readonly<Record<string, number>> = { epoch: epoch + 1, batch: this.batches, ...logs };
    return this.filepath.replace(/\{(\w+)(?::([^}]*))?\}/g, (_, name: string, format: string | undefined) => {
      const value = values[name];
      if (value === undefined)
        throw new ArgumentError(
          `the path names '${name}', which is not there: there are ${Object.keys(values).join(", ")}`,
        );
      return formatNumber(value, format ?? "");
    });
  }
}

/** Python's `02d` and `.2f`. */
function formatNumber(value: number, format: string): string {
  const parts = /^(0?)(\d*)(?:\.(\d+))?([dfe]?)$/.exec(format);
  if (!parts) throw new ArgumentError(`unknown number format '${format}': use forms such as 02d and .2f`);
  const [, zero, width, digits, kind] = parts;
  const text =
    kind === "e"
      ? value.toExponential(digits ? Number(digits) : 6)
      : digits !== undefined || kind === "f"
        ? value.toFixed(digits ? Number(digits) : 6)
        : String(value);
  return text.padStart(Number(width || 0), zero ? "0" : " ");
}

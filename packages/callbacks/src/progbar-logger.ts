import { terminal as standardTerminal } from "#terminal";
import { Callback, type Logs } from "./callback.ts";
import { progressLine } from "./progbar.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** Seconds between two drawings of the bar. */
const INTERVAL = 0.1;

/** Options of {@link ProgbarLogger}. */
export interface ProgbarLoggerConfig {
  /** Where it draws. Default: standard output, or the console of a browser. */
  readonly terminal?: Terminal | undefined;
  /** Clock in milliseconds. */
  readonly now?: (() => number) | undefined;
}

/**
 * Shows progress: a live bar on a terminal, one line per epoch elsewhere and with `verbose: 2`. `fit` and `evaluate` add one by themselves.
 *
 * @example
 * ```ts
 * import { callbacks } from "keras";
 * const lines: string[] = [];
 * const bar = new callbacks.ProgbarLogger({ terminal: { live: false, columns: 80, write: (text) => lines.push(text) }, now: () => 0 });
 * bar.setParams({ verbose: 1, epochs: 1, steps: 2 });
 * bar.onEpochBegin(0);
 * bar.onTrainBatchEnd(0, {});
 * bar.onTrainBatchEnd(1, {});
 * bar.onEpochEnd(0, { loss: 0.5 });
 * console.log(lines.join("").includes("loss: 0.5000")); // true
 * ```
 */
export class ProgbarLogger extends Callback {
  readonly terminal: Terminal;
  readonly now: () => number;
  started: number = 0;
  drawn: number = 0;
  done: number = 0;
  /** Inside fit, evaluations in between are not shown. */
  training: boolean = false;

  constructor(config: ProgbarLoggerConfig = {}) {
    super();
    this.terminal = config.terminal ?? standardTerminal;
    this.now = config.now ?? (() => performance.now());
  }

  get live(): boolean {
    return this.terminal.live && this.params.verbose === 1;
  }

  override wantsBatchLogs(): boolean {
    return this.live && this.due();
  }

  due(): boolean {
    return this.now() - this.drawn >= INTERVAL * 1000;
  }

  begin(): void {
    this.started = this.now();
    this.drawn = 0;
    this.done = 0;
  }

  override onTrainBegin(): void {
    this.training = true;
  }

  override onTrainEnd(): void {
    this.training = false;
  }

  override onEpochBegin(epoch: number): void {
    this.begin();
    if (this.params.verbose > 0 && this.params.epochs > 1)
      this.terminal.write(`Epoch ${epoch + 1}/${this.params.epochs}\n`);
  }

  override onTestBegin(): void {
    if (!this.training) this.begin();
  }

  override onTrainBatchEnd(batch: number, logs: Logs): void {
    this.step(batch, logs);
  }

  override onTestBatchEnd(batch: number, logs: Logs): void {
    if (!this.training) this.step(batch, logs);
  }

  step(batch: number, logs: Logs): void {
    this.done = batch + 1;
    if (!this.live || !this.due()) return;
    this.drawn = this.now();
    this.draw(logs, false);
  }

  override onEpochEnd(_epoch: number, logs: Logs): void {
    this.end(logs);
  }

  override onTestEnd(logs: Logs): void {
    if (!this.training) this.end(logs);
  }

  end(logs: Logs): void {
    if (this.params.verbose === 0) return;
    this.draw(logs, true);
    this.terminal.write("\n");
  }

  draw(logs: Logs, finished: boolean): void {
    const seconds = (this.now() - this.started) / 1000;
    const line = progressLine({ done: this.done, total: this.params.steps, seconds, logs, finished });
    if (!this.live) {
      this.terminal.write(line);
      return;
    }
    // Back to the start of the line, and clear what a longer one left; a wrapped line could not be drawn over.
    this.terminal.write(`\r\u001b[K${finished ? line : line.slice(0, this.terminal.columns - 1)}`);
  }
}

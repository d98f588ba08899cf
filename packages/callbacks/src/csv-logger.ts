import { files } from "#files";
import { Callback, type Logs } from "./callback.ts";

/** Options of {@link CSVLogger}. */
export interface CSVLoggerConfig {
  readonly filename: string;
  /** Default `,`. */
  readonly separator?: string | undefined;
  /** Go on with a file that is there. Default false. */
  readonly append?: boolean | undefined;
}

/**
 * Writes the numbers of every epoch to a file: one row each, named columns. Node only.
 *
 * @example
 * ```ts
 * import { callbacks } from "keras";
 * console.log(new callbacks.CSVLogger({ filename: "log.csv" }).separator); // ","
 * ```
 */
export class CSVLogger extends Callback {
  readonly filename: string;
  readonly separator: string;
  readonly append: boolean;
  columns: readonly string[] | null = null;
  /** Whether the file holds rows of this run or, when appending, of an earlier one. */
  continued: boolean = false;

  constructor(config: CSVLoggerConfig) {
    super();
    this.filename = config.filename;
    this.separator = config.separator ?? ",";
    this.append = config.append ?? false;
  }

  override async onTrainBegin(): Promise<void> {
    this.columns = null;
    this.continued = this.append && (await files.holdsText(this.filename));
    if (!this.append) await files.write(this.filename, "", false);
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const first = this.columns === null;
    this.columns ??= Object.keys(logs).sort();
    const row = (cells: readonly (string | number)[]): string =>
      `${cells.map((c) => this.quote(String(c))).join(this.separator)}\n`;
    const head = first && !this.continued ? row(["epoch", ...this.columns]) : "";
    await files.write(this.filename, head + row([epoch, ...this.columns.map((name) => logs[name] ?? "NA")]), true);
  }

  quote(cell: string): string {
    return cell.includes(this.separator) || cell.includes('"') || cell.includes("\n")
      ? `"${cell.replaceAll('"', '""')}"`
      : cell;
  }
}

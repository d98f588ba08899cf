// How a script with many small checks tells the runner what it counted.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

export interface CountReport {
  readonly passed: number;
  readonly failed: number;
  readonly [extra: string]: unknown;
}

/** The value after `--json`, or null. */
export function jsonFile(args: readonly string[] = process.argv): string | null {
  const at = args.indexOf("--json");
  if (at === -1) return null;
  const file = args[at + 1];
  if (file === undefined) throw new Error("--json needs a file name");
  return resolve(file);
}

/** Writes a report where `--json FILE` asks for one. */
export function writeReport(report: object): void {
  const file = jsonFile();
  if (file === null) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}

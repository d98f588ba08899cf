import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const bench = join(import.meta.dirname, "..");
const SOURCES = ["cases.json", "python/models.py", "python/trajectory.py"];

/** Lets Python Keras record how it trains these cases, and gives the folder; recorded once for the same sources. */
export function recordTrajectories(python: string, cases: readonly string[]): string {
  const folder = join(bench, "../.cache/bench/trajectory");
  const stamp = join(folder, "stamp");
  const hash = createHash("sha256").update(cases.join());
  for (const source of SOURCES) hash.update(readFileSync(join(bench, source)));
  const digest = hash.digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return folder;
  const script = join(bench, "python/trajectory.py");
  const { status, stderr } = spawnSync(python, [script, folder, ...cases], { encoding: "utf8" });
  if (status !== 0) throw new Error(`Python Keras could not be recorded:\n${stderr}`);
  writeFileSync(stamp, digest);
  return folder;
}

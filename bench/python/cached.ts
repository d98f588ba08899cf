import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const bench = join(import.meta.dirname, "..");

/** A Python script that fills a folder. */
export interface FolderScript {
  /** The script, from the bench's folder. It is called with the folder to fill and then `args`. */
  readonly script: string;
  readonly args?: readonly string[];
  /** What the result depends on, the script included; from the bench's folder. */
  readonly sources: readonly string[];
}

/**
 * The folder that a script fills, below `.cache/bench`. It is made once for the same sources and arguments, and only
 * ever seen complete.
 *
 * @throws Error with what Python said
 */
export function cachedFolder(python: string, { script, args = [], sources }: FolderScript): string {
  const hash = createHash("sha256").update(JSON.stringify([script, args]));
  for (const source of sources) hash.update(readFileSync(join(bench, source)));
  const cache = join(bench, "../.cache/bench");
  const folder = join(cache, hash.digest("hex").slice(0, 16));
  if (existsSync(folder)) return folder;

  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    const { status, error, stderr } = spawnSync(python, [join(bench, script), unfinished, ...args], {
      encoding: "utf8",
    });
    if (status !== 0) {
      const reason = error?.message ?? stderr.trim().split("\n").at(-1);
      throw new Error(`${script} failed: ${reason}`);
    }
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another process may have been faster.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

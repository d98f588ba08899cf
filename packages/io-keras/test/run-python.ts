import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonPath } from "../../../scripts/python-env.ts";

/**
 * Runs Python code in the workspace's environment, with Keras on JAX, and returns what it prints.
 *
 * @param args Become `sys.argv[1:]`.
 */
export function runPython(code: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(pythonPath(), ["-c", code, ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: { ...process.env, KERAS_BACKEND: "jax", JAX_PLATFORMS: "cpu" },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`Python failed:\n${stderr}`);
  return stdout;
}

/** A folder that is removed when the test ends: `using folder = temporaryFolder()`. */
export function temporaryFolder(): Disposable & { path(name: string): string } {
  const folder = mkdtempSync(join(tmpdir(), "keras-"));
  return {
    path: (name) => join(folder, name),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

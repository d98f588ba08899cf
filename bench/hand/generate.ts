import { spawnSync } from "node:child_process";
import { join } from "node:path";

/**
 * Writes the hand-derived graphs into a folder with the given Python, which needs `onnx`.
 *
 * @throws Error with what Python said
 */
export function generateHandGraphs(python: string, folder: string): void {
  const { status, error, stderr } = spawnSync(python, [join(import.meta.dirname, "generate.py"), folder], {
    encoding: "utf8",
  });
  if (status === 0) return;
  throw new Error(`the graphs could not be generated: ${error?.message ?? stderr.trim().split("\n").at(-1)}`);
}

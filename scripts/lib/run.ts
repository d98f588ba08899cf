// Runs one command of a check and keeps what it said.
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { ROOT } from "./workspace.ts";

export interface Outcome {
  /** Exit status; null when a signal or the time limit ended it, or it could not start. */
  readonly status: number | null;
  readonly output: string;
  readonly seconds: number;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Seconds after which the command is killed. */
  readonly limit?: number;
  /** Pass the output on as it comes. */
  readonly live?: boolean;
}

/** Runs a command with the workspace's own tools first on the PATH. */
export function run(command: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const started = performance.now();
  const [program, ...args] = command as [string, ...string[]];
  const path = `${join(ROOT, "node_modules/.bin")}${delimiter}${process.env["PATH"]}`;
  return new Promise((done) => {
    const chunks: Buffer[] = [];
    const child = spawn(program === "node" ? process.execPath : program, args, {
      cwd: options.cwd ?? ROOT,
      env: { ...process.env, PATH: path },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const timer = setTimeout(
      () => {
        chunks.push(Buffer.from(`\nstopped after ${options.limit} s\n`));
        child.kill("SIGKILL");
      },
      (options.limit ?? 3600) * 1000,
    );
    const finish = (status: number | null): void => {
      clearTimeout(timer);
      const seconds = (performance.now() - started) / 1000;
      done({ status, output: Buffer.concat(chunks).toString(), seconds });
    };
    for (const [stream, target] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const)
      stream.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        if (options.live) target.write(chunk);
      });
    child.on("error", (error) => {
      chunks.push(Buffer.from(`${error.message}\n`));
      finish(null);
    });
    child.on("close", finish);
  });
}

import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Failure, Memory, Prepared, Request, Timed } from "./protocol.ts";

/** How to start a worker. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A worker answered with an error, fell silent or ended. */
export class WorkerError extends Error {
  override readonly name = "WorkerError";
}

/** A running worker: one request at a time, one answer each. */
export class WorkerProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #answers: AsyncIterator<string>;
  readonly #timeoutMs: number;
  #complaints = "";

  constructor(command: Command, timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#child = spawn(command.file, command.args, {
      env: { ...process.env, ...command.env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-4000);
    });
    this.#child.on("error", (error) => {
      this.#complaints += `\n${error.message}`;
    });
    // Writing to a worker that has just ended: the missing answer tells.
    this.#child.stdin.on("error", () => {});
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  ask(request: Extract<Request, { do: "prepare" }>): Promise<Prepared>;
  ask(request: Extract<Request, { do: "run" }>): Promise<Timed>;
  ask(request: Extract<Request, { do: "memory" }>): Promise<Memory>;
  async ask(request: Request): Promise<Prepared | Timed | Memory> {
    return this.exchange<Prepared | Timed | Memory>(request);
  }

  /** A request of any protocol whose failures look like `Failure`. @throws WorkerError */
  async exchange<Answer extends object>(request: object): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const line = await this.#nextLine();
    const answer = JSON.parse(line) as Answer | Failure;
    if ("error" in answer) throw new WorkerError(answer.error);
    return answer;
  }

  async #nextLine(): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new WorkerError(`no answer for ${this.#timeoutMs / 1e3} s`)), this.#timeoutMs);
    });
    try {
      const { value, done } = await Promise.race([this.#answers.next(), silence]);
      if (done !== true) return value;
      throw new WorkerError(`the worker ended: ${lastLine(this.#complaints)}`);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the worker and waits until it is gone. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined) return;
    const gone = new Promise<void>((resolve) => this.#child.once("exit", () => resolve()));
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 2000);
    await gone;
    clearTimeout(timer);
  }
}

/** What a crashed program said last: of Python's and Node's traces the line with the error. */
function lastLine(complaints: string): string {
  const lines = complaints.split("\n").filter((line) => line.trim() !== "");
  return lines.findLast((line) => /^\S*(Error|Exception)\b/.test(line)) ?? lines.at(-1) ?? "it said nothing.";
}

import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import type { Outcome } from "./outcome.ts";
import type { Skip } from "./skips.ts";
import type { FromWorker, Task, ToWorker } from "./worker-messages.ts";

export interface PoolOptions {
  readonly cases: string;
  readonly backend: string;
  readonly skips: readonly Skip[];
  readonly jobs: number;
  /** Seconds without a sign of life after which a worker is stopped. */
  readonly timeout: number;
  /** The program that runs tasks. */
  readonly worker?: string;
}

/**
 * Runs tasks in child processes. A case that crashes its process or hangs fails alone: the process is replaced, and the cases that
 * were on their way in the same batch are run again one by one.
 */
export async function runInProcesses(
  tasks: readonly Task[],
  options: PoolOptions,
  report: (outcome: Outcome) => void,
): Promise<void> {
  const queue = tasks.toReversed();
  const next = (): Task | undefined => queue.pop();
  const jobs = Math.max(1, Math.min(options.jobs, tasks.length));
  await Promise.all(Array.from({ length: jobs }, () => runLane(next, (task) => queue.push(task), options, report)));
}

/** One process after another, until there are no more tasks. */
async function runLane(
  next: () => Task | undefined,
  putBack: (task: Task) => void,
  options: PoolOptions,
  report: (outcome: Outcome) => void,
): Promise<void> {
  for (let task = next(); task !== undefined; task = next()) {
    const left = await runProcess(task, next, options, report);
    if (left !== null) putBack(left);
  }
}

/** Runs tasks in one process. Resolves to null when there are no more, or to what a broken process left of its task. */
function runProcess(
  first: Task,
  next: () => Task | undefined,
  options: PoolOptions,
  report: (outcome: Outcome) => void,
): Promise<Task | null> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = fork(options.worker ?? join(import.meta.dirname, "worker.ts"), {
      execArgv: ["--conditions=@keras/source"],
    });
    let task: Task | undefined = first;
    let todo = new Set(first.ids);
    let running: readonly string[] = [];
    let hung = false;
    let timer: NodeJS.Timeout | undefined;
    const send = (message: ToWorker): boolean => child.send(message);
    const alive = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        hung = true;
        child.kill("SIGKILL");
      }, options.timeout * 1000);
    };
    const assign = (given: Task | undefined): void => {
      task = given;
      running = [];
      if (given === undefined) {
        clearTimeout(timer);
        child.disconnect();
        return;
      }
      todo = new Set(given.ids);
      send({ kind: "task", ...given });
    };
    child.on("message", (message: FromWorker) => {
      alive();
      if (message.kind === "begin") running = message.ids;
      else if (message.kind === "done") assign(next());
      else {
        todo.delete(message.outcome.id);
        report(message.outcome);
      }
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      if (task === undefined) return resolve(null);
      const { category, name } = task;
      const suspects = running.filter((id) => todo.has(id));
      if (suspects.length === 0)
        return reject(new Error(`a worker ended (${signal ?? `exit code ${code}`}) before it ran ${category}/${name}`));
      // Alone, the suspect is guilty. In a batch it could be any: run them again, each by itself.
      if (suspects.length === 1) {
        const reason = hung
          ? `took longer than ${options.timeout} s`
          : `ended its process (${signal ?? `exit code ${code}`})`;
        report({ category, id: suspects[0]!, status: "fail", reason });
        todo.delete(suspects[0]!);
      }
      resolve(todo.size === 0 ? null : { category, name, ids: [...todo], alone: true });
    });
    alive();
    send({ kind: "start", cases: options.cases, backend: options.backend, skips: options.skips });
    assign(first);
  });
}

/** A child process that runs the tasks it is sent (see `pool.ts`). */
import { openCases } from "./cases.ts";
import { openLibrary } from "./library.ts";
import { runTask, type Ground } from "./run-task.ts";
import type { FromWorker, ToWorker } from "./worker-messages.ts";

const send = (message: FromWorker): void => void process.send?.(message);

let started: Promise<Ground> | undefined;
let last: Promise<void> = Promise.resolve();

async function handle(message: ToWorker): Promise<void> {
  if (message.kind === "start") {
    started = openLibrary(message.backend).then((library) => ({
      cases: openCases(message.cases),
      library,
      skips: message.skips,
    }));
    await started;
    return;
  }
  await runTask(message, await started!, {
    begin: (ids) => send({ kind: "begin", ids }),
    outcome: (outcome) => send({ kind: "outcome", outcome }),
  });
  send({ kind: "done" });
}

process.on("message", (message: ToWorker) => {
  last = last
    .then(() => handle(message))
    .catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
});
// An engine may have threads that keep its process alive.
process.on("disconnect", () => process.exit());
// Whatever escapes a case (a promise nobody awaits) must not end the process: the case itself has been judged.
process.on("unhandledRejection", () => undefined);

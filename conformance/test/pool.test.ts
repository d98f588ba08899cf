import { join } from "node:path";
import { expect, test } from "vitest";
import type { Outcome } from "../outcome.ts";
import { runInProcesses } from "../pool.ts";
import type { Task } from "../worker-messages.ts";

const task = (...ids: readonly string[]): Task => ({ category: "ops", name: "x", ids, alone: false });

async function run(tasks: readonly Task[], jobs: number): Promise<Record<string, string>> {
  const outcomes: Outcome[] = [];
  const worker = join(import.meta.dirname, "fixtures", "fragile-worker.ts");
  await runInProcesses(tasks, { cases: "", backend: "", skips: [], jobs, timeout: 2, worker }, (outcome) =>
    outcomes.push(outcome),
  );
  expect(new Set(outcomes.map((o) => o.id)).size).toBe(outcomes.length);
  return Object.fromEntries(outcomes.map((o) => [o.id, o.reason ?? o.status]));
}

test("a crash and a hang fail their own case only", async () => {
  const tasks = [task("a#0", "crash#0", "a#1"), task("b#0"), task("hang#0", "b#1"), task("c#0", "c#1")];
  expect(await run(tasks, 2)).toEqual({
    "a#0": "pass",
    "a#1": "pass",
    "b#0": "pass",
    "b#1": "pass",
    "c#0": "pass",
    "c#1": "pass",
    "crash#0": "ended its process (SIGKILL)",
    "hang#0": "took longer than 2 s",
  });
});

test("a task whose only case crashes leaves nothing to do", async () => {
  expect(await run([task("crash#0")], 1)).toEqual({ "crash#0": "ended its process (SIGKILL)" });
});

import { writeFileSync } from "node:fs";
import { openCases, idOf, type Cases } from "./cases.ts";
import { raised, readBaseline, regressions, writeBaseline } from "./baseline.ts";
import { openLibrary } from "./library.ts";
import { parseOptions, USAGE, type Options } from "./options.ts";
import type { Outcome } from "./outcome.ts";
import { runInProcesses } from "./pool.ts";
import { formatFailures, formatTable, makeReport, skippedShare } from "./report.ts";
import { nameOf } from "./row.ts";
import { runTask } from "./run-task.ts";
import { readSkips, SKIP_LIMIT, skipFor, type Skip } from "./skips.ts";
import type { Task } from "./worker-messages.ts";

const selected = (wanted: readonly string[], name: string): boolean => wanted.length === 0 || wanted.includes(name);
const inCategory = (wanted: readonly string[], category: string): boolean =>
  wanted.length === 0 || wanted.some((w) => category === w || category.startsWith(`${w}/`));

/** Whether all of the repository's cases are run. */
const isWhole = ({ ownCases, categories, ops, ids, limit }: Options): boolean =>
  ownCases && categories.length + ops.length + ids.length === 0 && limit === Number.POSITIVE_INFINITY;

/** The tasks that the options ask for, and the cases they skip. */
function plan(cases: Cases, options: Options, skips: readonly Skip[]): { tasks: Task[]; skipped: Outcome[] } {
  const skipped: Outcome[] = [];
  const tasks: Task[] = [];
  for (const { category, name } of cases.units) {
    if (!inCategory(options.categories, category) || !selected(options.ops, name)) continue;
    if (options.ids.length > 0 && !options.ids.some((id) => nameOf(id) === name)) continue;
    const ids = cases
      .lines(category, name)
      .map(idOf)
      .filter((id) => selected(options.ids, id))
      .slice(0, options.limit);
    const kept = ids.filter((id) => {
      const skip = skipFor(skips, options.backend, category, id);
      if (skip) skipped.push({ category, id, status: "skip", reason: skip.reason });
      return !skip;
    });
    if (kept.length > 0) tasks.push({ category, name, ids: kept, alone: false });
  }
  return { tasks, skipped };
}

async function run(tasks: readonly Task[], cases: Cases, options: Options, skips: readonly Skip[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const collect = (outcome: Outcome): void => void outcomes.push(outcome);
  if (options.jobs > 0) {
    await runInProcesses(tasks, { ...options, skips }, collect);
  } else {
    const library = await openLibrary(options.backend);
    for (const task of tasks)
      await runTask(task, { cases, library, skips }, { begin: () => undefined, outcome: collect });
  }
  const order = new Map(
    tasks.flatMap((task) => task.ids.map((id) => `${task.category}:${id}`)).map((key, i) => [key, i]),
  );
  return outcomes.toSorted((a, b) => order.get(`${a.category}:${a.id}`)! - order.get(`${b.category}:${b.id}`)!);
}

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options === null) {
    console.log(USAGE);
    return 0;
  }
  const start = performance.now();
  const cases = openCases(options.cases);
  const skips = options.runSkipped ? [] : readSkips();
  const { tasks, skipped } = plan(cases, options, skips);
  if (tasks.length + skipped.length === 0) {
    console.error("no case fits these options");
    return 2;
  }
  const outcomes = [...(await run(tasks, cases, options, skips)), ...skipped];
  const report = makeReport(options.backend, outcomes);
  if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 1)}\n`);
  if (!options.check && report.failures.length > 0) console.log(`${formatFailures(outcomes, options.verbose)}\n`);
  console.log(`${formatTable(report)}\n${((performance.now() - start) / 1000).toFixed(1)} s`);

  // Names in a foreign folder may stand for other cases, so the baseline says nothing about it unless asked for.
  if (!options.ownCases && !options.check && !options.update) return 0;
  const required = readBaseline(options.backend);
  if (options.update) writeBaseline(options.backend, raised(required, outcomes));
  const lost = regressions(required, outcomes);
  if (isWhole(options) && skippedShare(report.categories) > SKIP_LIMIT) {
    console.error(`\nmore than ${100 * SKIP_LIMIT}% of the cases are skipped: see skips.json`);
    return 1;
  }
  if (lost.length === 0) return 0;
  console.error(`\n${lost.length} cases that expected.json requires fail:\n${formatFailures(lost, true)}`);
  return 1;
}

process.exitCode = await main();

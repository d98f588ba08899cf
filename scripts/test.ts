// Runs the checks of scripts/checks.ts one after another and counts.
//
//   npm test                      all of them
//   npm test -- unit lint         some; --list names them
//   npm test -- --json FILE       the figures as JSON too
//
// The last line is `N passed, N failed`: every test counts, a check without tests counts one.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { CHECKS, type Check, type Counts } from "./checks.ts";
import { writeReport } from "./lib/count-report.ts";
import { run } from "./lib/run.ts";
import { ROOT } from "./lib/workspace.ts";

interface Result extends Counts {
  readonly check: Check;
  readonly seconds: number;
}

const FOLDER = join(ROOT, ".cache/test");
/** Seconds after which a check counts as hanging. */
const LIMIT = 45 * 60;
/** Lines of a failed check's output that are shown; the log has them all. */
const SHOWN = 150;

async function runCheck(check: Check, live: boolean): Promise<Result> {
  const reportFile = join(FOLDER, `${check.name}.json`);
  const logFile = join(FOLDER, `${check.name}.log`);
  rmSync(reportFile, { force: true });
  const command = check.command.map((part) => part.replace("{report}", reportFile));
  const { status, output, seconds } = await run(command, { limit: LIMIT, live });
  writeFileSync(logFile, output);

  const counts = readCounts(check, reportFile, status);
  if (counts.failed > 0) {
    const lines = output.trimEnd().split("\n");
    if (!live) {
      if (lines.length > SHOWN) console.log(`  … the whole output is in ${relative(ROOT, logFile)}`);
      console.log(lines.slice(-SHOWN).join("\n"));
    }
    for (const note of counts.notes ?? []) console.log(`  ${note}`);
  }
  return { check, seconds, ...counts };
}

/** What a check's report says, held against how its command ended: a crash is a failure, and so is a check that ran nothing. */
function readCounts(check: Check, reportFile: string, status: number | null): Counts {
  if (!check.counts) return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  if (!existsSync(reportFile))
    return { passed: 0, failed: 1, notes: [`'${check.name}' ended (${status}) without a report`] };
  const counts = check.counts(JSON.parse(readFileSync(reportFile, "utf8")));
  if (counts.failed > 0) return counts;
  if (status !== 0)
    return { ...counts, failed: 1, notes: [`'${check.name}' ended with ${status} though no test failed`] };
  if (counts.passed === 0) return { ...counts, failed: 1, notes: [`'${check.name}' found nothing to run`] };
  return counts;
}

function table(results: readonly Result[]): string {
  const width = Math.max(...results.map(({ check }) => check.name.length));
  return results
    .map(({ check, passed, failed, skipped, figure, seconds }) =>
      [
        failed === 0 ? "✓" : "✗",
        check.name.padEnd(width),
        `${seconds.toFixed(1)} s`.padStart(9),
        `${passed} passed`.padStart(14),
        failed > 0 ? `${failed} failed`.padStart(12) : "".padStart(12),
        skipped ? `  ${skipped} skipped` : "",
        figure ? `  ${figure}` : "",
      ]
        .join(" ")
        .trimEnd(),
    )
    .join("\n");
}

function chosenChecks(names: readonly string[]): readonly Check[] {
  for (const name of names)
    if (!CHECKS.some((check) => check.name === name)) {
      console.error(`There is no check '${name}'. Checks: ${CHECKS.map((check) => check.name).join(", ")}`);
      process.exit(2);
    }
  return names.length === 0 ? CHECKS : CHECKS.filter((check) => names.includes(check.name));
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { list: { type: "boolean" }, json: { type: "string" } },
});
if (values.list) {
  for (const check of CHECKS) console.log(`${check.name.padEnd(18)} ${check.title}`);
  process.exit(0);
}

const checks = chosenChecks(positionals);
mkdirSync(FOLDER, { recursive: true });
const results: Result[] = [];
for (const check of checks) {
  console.log(`▶ ${check.name}: ${check.title}`);
  const result = await runCheck(check, checks.length === 1);
  results.push(result);
  if (checks.length > 1) console.log(table([result]));
}

const passed = results.reduce((total, result) => total + result.passed, 0);
const failed = results.reduce((total, result) => total + result.failed, 0);
writeReport({
  passed,
  failed,
  checks: results.map(({ check, seconds, ...counts }) => ({ name: check.name, seconds, ...counts })),
});
console.log(`\n${table(results)}\n`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

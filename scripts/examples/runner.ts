// Runs a list of example modules one after another in this process; started by scripts/doc-examples.ts.
//
//   node --conditions=@keras/source scripts/examples/runner.ts LIST REPORT
//
// LIST is a JSON array of { file, prints }. REPORT gets a line when the packages are imported, then a JSON line for
// each example: { file, error: string | null }.
import { appendFileSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { resolveFromSource } from "../lib/resolve-source.ts";
import { matches, show, type Print } from "./prints.ts";

export interface Task {
  readonly file: string;
  /** What the example's comments say that it prints. */
  readonly prints: readonly Print[];
}

/** Seconds that an example may take. */
const LIMIT = 120;

const [list, report] = process.argv.slice(2) as [string, string];
resolveFromSource();
const { setBackend } = await import("@keras/ops");
await import("@keras/backend-ref");
await import("keras");
appendFileSync(report, "ready\n");

/** What the example printed, and from which line of which file. */
const printed: { values: unknown[]; from: string }[] = [];
for (const method of ["log", "info", "table", "warn", "error"] as const)
  console[method] = (...values: unknown[]): void =>
    void printed.push({ values, from: new Error("print").stack?.split("\n")[2] ?? "" });

let failLate: (reason: unknown) => void = () => {};
process.on("unhandledRejection", (reason) => failLate(reason));
process.on("uncaughtException", (error) => failLate(error));

for (const task of JSON.parse(readFileSync(list, "utf8")) as Task[]) {
  printed.length = 0;
  const error = (await runExample(task.file)) ?? wrongPrint(task);
  appendFileSync(report, `${JSON.stringify({ file: task.file, error })}\n`);
}
process.exit(0); // an example may leave a timer or a session open

async function runExample(file: string): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    failLate = reject;
    timer = setTimeout(() => reject(new Error(`took more than ${LIMIT} s`)), LIMIT * 1000);
  });
  late.catch(() => {});
  try {
    await setBackend("ref");
    await Promise.race([import(pathToFileURL(file).href), late]);
    // Rejections that nobody handles surface after the example's last statement.
    await Promise.race([new Promise((done) => setImmediate(done)), late]);
    return null;
  } catch (error) {
    return [
      error instanceof Error ? (error.stack ?? error.message) : String(error),
      ...printed.slice(-20).map(({ values }) => show(values)),
    ].join("\n");
  } finally {
    clearTimeout(timer);
  }
}

/** The first comment that does not tell what its line printed. */
function wrongPrint({ file, prints }: Task): string | null {
  for (const { line, text } of prints) {
    const calls = printed.filter(({ from }) => from.includes(`${pathToFileURL(file).href}:${line}:`));
    if (calls.length === 0) return `line ${line} should print '${text}' and printed nothing`;
    const wrong = calls.find(({ values }) => !matches(text, values));
    if (wrong) return `line ${line} should print '${text}' and printed '${show(wrong.values)}'`;
  }
  return null;
}

// Runs a list of example modules one after another in this process; started by scripts/doc-examples.ts.
//
//   node --conditions=@keras/source scripts/examples/runner.ts LIST REPORT
//
// LIST is a JSON array of files, REPORT gets a JSON line for each: { file, error: string | null }.
import { appendFileSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { resolveFromSource } from "../lib/resolve-source.ts";

/** Seconds that an example may take. */
const LIMIT = 120;

const [list, report] = process.argv.slice(2) as [string, string];
resolveFromSource();
const { setBackend } = await import("@keras/ops");
await import("@keras/backend-ref");

const printed: string[] = [];
for (const method of ["log", "info", "table", "warn", "error"] as const)
  console[method] = (...values: unknown[]): void => void printed.push(values.map(String).join(" "));

let failLate: (reason: unknown) => void = () => {};
process.on("unhandledRejection", (reason) => failLate(reason));
process.on("uncaughtException", (error) => failLate(error));

for (const file of JSON.parse(readFileSync(list, "utf8")) as string[]) {
  printed.length = 0;
  const error = await runExample(file);
  appendFileSync(report, `${JSON.stringify({ file, error })}\n`);
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
    return [error instanceof Error ? (error.stack ?? error.message) : String(error), ...printed.slice(-20)].join("\n");
  } finally {
    clearTimeout(timer);
  }
}

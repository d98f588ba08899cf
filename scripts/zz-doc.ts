// Compiles and runs every example of the documentation, from source, on the reference backend.
//
//   node scripts/doc-examples.ts [TEXT] [--json FILE]     TEXT: only examples of files whose path holds it
//
// An example becomes a module in .cache/examples/PID at the line it has in its file, so errors name the place.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { docstringExamples, markdownExamples, type Example } from "./examples/extract.ts";
import { expectedPrints } from "./examples/prints.ts";
import type { Task } from "./examples/runner.ts";
import { writeReport } from "./lib/count-report.ts";
import { run } from "./lib/run.ts";
import { ROOT, sourceEntries } from "./lib/workspace.ts";

const FOLDER = join(ROOT, ".cache/examples-ops", String(process.pid));
/** Where examples write their files. */
const SCRATCH = join(FOLDER, "scratch");

interface Module {
  readonly example: Example;
  readonly path: string;
}

const place = ({ file, line }: Example): string => `${file}:${line}`;

function writeModules(examples: readonly Example[]): Module[] {
  process.on("exit", () => rmSync(FOLDER, { recursive: true, force: true }));
  mkdirSync(SCRATCH, { recursive: true });
  return examples.map((example) => {
    const name = `${example.file.replaceAll(/[^\w]+/g, "-")}-${example.line}.ts`;
    const path = join(FOLDER, name);
    writeFileSync(path, `${"\n".repeat(example.line - 1)}${example.code}\nexport {};\n`);
    return { example, path };
  });
}

/** Compiler errors by module. */
async function compile(modules: readonly Module[]): Promise<Map<string, string[]>> {
  const config = {
    extends: join(ROOT, "tsconfig.types.json"),
    compilerOptions: {
      noUnusedLocals: false,
      paths: Object.fromEntries([...sourceEntries()].map(([specifier, file]) => [specifier, [file]])),
    },
    include: [],
    files: modules.map(({ path }) => path),
  };
  writeFileSync(join(FOLDER, "tsconfig.json"), JSON.stringify(config));
  const { output } = await run(["tsc", "-p", FOLDER, "--pretty", "false"], { cwd: FOLDER, limit: 600 });
  const errors = new Map<string, string[]>();
  for (const line of output.split("\n")) {
    const [, name, at, message] = /^([\w-]+\.ts)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    const path = join(FOLDER, name);
    errors.set(path, [...(errors.get(path) ?? []), `line ${at}: ${message}`]);
  }
  return errors;
}

/** Run-time errors by module, and modules that never ended. */
async function execute(modules: readonly Module[]): Promise<Map<string, string>> {
  const errors = new Map<string, string>();
  const jobs = Math.max(1, Math.min(2, availableParallelism(), modules.length));
  await Promise.all(
    Array.from({ length: jobs }, async (_, job) => {
      let rest = modules.filter((_module, i) => i % jobs === job).map(taskOf);
      while (rest.length > 0) {
        const { done, output } = await runBatch(rest, job, errors);
        rest = rest.slice(done);
        // What the process did not survive is the first one without a result.
        if (rest.length > 0) errors.set(rest.shift()!.file, `ended the process\n${output.slice(-2000)}`);
      }
    }),
  );
  return errors;
}

function taskOf({ path }: Module): Task {
  try {
    return { file: path, prints: expectedPrints(path, readFileSync(path, "utf8")) };
  } catch {
    return { file: path, prints: [] }; // not valid TypeScript: the compiler and the runner say so
  }
}

async function runBatch(
  tasks: readonly Task[],
  job: number,
  errors: Map<string, string>,
): Promise<{ done: number; output: string }> {
  const list = join(FOLDER, `job-${job}.json`);
  const report = join(FOLDER, `job-${job}.jsonl`);
  rmSync(report, { force: true });
  writeFileSync(list, JSON.stringify(tasks));
  const runner = join(ROOT, "scripts/examples/runner.ts");
  const command = ["node", "--conditions=@keras/source", "--no-warnings", runner, list, report];
  const { output } = await run(command, { cwd: SCRATCH, limit: 1800 });
  const [ready, ...lines] = existsSync(report) ? readFileSync(report, "utf8").trimEnd().split("\n") : [];
  if (ready !== "ready") throw new Error(`The packages cannot be imported:\n${output}`);
  for (const line of lines) {
    const { file, error } = JSON.parse(line) as { file: string; error: string | null };
    if (error !== null) errors.set(file, error);
  }
  return { done: lines.length, output };
}

const wanted = process.argv.slice(2).find((arg, i, all) => !arg.startsWith("--") && all[i - 1] !== "--json");
const parts = [docstringExamples(), markdownExamples()];
const examples = parts
  .flatMap((part) => part.examples)
  .filter(({ file }) => wanted === undefined || file.includes(wanted));
const problems = parts
  .flatMap((part) => part.problems)
  .filter((problem) => wanted === undefined || problem.includes(wanted));

const modules = writeModules(examples);
const compileErrors = await compile(modules);
const runErrors = await execute(modules);

const failures = [...problems];
for (const { example, path } of modules) {
  const wrong = [...(compileErrors.get(path) ?? []), ...(runErrors.has(path) ? [runErrors.get(path)!] : [])];
  if (wrong.length > 0)
    failures.push(`${place(example)}: ${wrong.join("\n").replaceAll(`${FOLDER}/`, "").replaceAll("\n", "\n    ")}`);
}
for (const failure of failures) console.error(`✗ ${failure}`);
const failed = failures.length;
const passed = modules.length - (failed - problems.length);
writeReport({ passed, failed, failures });
console.log(`${passed} examples passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

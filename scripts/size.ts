// Measures the browser bundles of scripts/size-scenarios.ts: minified, tree-shaken, gzipped.
//
//   npm run size [-- --json FILE] [--check] [--modules NAME]
//
// --check fails above a budget or when a bundle does not run; --modules lists the modules in a scenario's bundle.
// Rolldown's bundle, which is what Vite makes, is held to the budget; esbuild's is told beside it.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { isDeepStrictEqual, parseArgs, stripVTControlCharacters } from "node:util";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { rolldown } from "rolldown";
import { useSoftwareGpu } from "./browser/software-gpu.ts";
import { writeReport } from "./lib/count-report.ts";
import { ROOT } from "./lib/workspace.ts";
import { SIZE_SCENARIOS, type SizeScenario } from "./size-scenarios.ts";

interface Bundle {
  /** Files by name: the entry first, then what it loads at once; a dynamic import is a file of its own that does not count. */
  readonly eager: ReadonlyMap<string, string>;
  readonly lazy: ReadonlyMap<string, string>;
  /** Bytes before minification of each module. */
  readonly modules: readonly (readonly [file: string, bytes: number])[];
}

interface Measured {
  readonly name: string;
  readonly title: string;
  readonly budget: number | null;
  /** Bytes after gzip, and before. */
  readonly gzip: number | null;
  readonly minified: number | null;
  /** Bytes of esbuild's bundle after gzip. */
  readonly esbuild: number | null;
  /** Where the code comes from: package folder → bytes before minification. */
  readonly parts: Readonly<Record<string, number>>;
  readonly problem: string | null;
}

const FOLDER = join(ROOT, ".cache/size", String(process.pid));
/** A member of the workspace that can import every package. */
const IMPORTER = join(ROOT, "examples");
const CONDITIONS = ["@keras/source", "browser", "module", "import", "default"];

async function withRolldown({ name, code }: SizeScenario): Promise<Bundle> {
  const entry = `scenario:${name}`;
  const importer = join(IMPORTER, `${name}.ts`);
  const bundle = await rolldown({
    input: entry,
    platform: "browser",
    resolve: { conditionNames: CONDITIONS },
    logLevel: "silent",
    plugins: [
      {
        name: "scenario",
        resolveId(specifier, from) {
          if (specifier === entry) return entry;
          return from === entry ? this.resolve(specifier, importer) : null;
        },
        load: (id) => (id === entry ? { code, moduleType: "ts" } : null),
      },
    ],
  });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  await bundle.close();
  const chunks = new Map(output.flatMap((file) => (file.type === "chunk" ? [[file.fileName, file] as const] : [])));
  const eager = new Set([output[0].fileName]);
  for (const name of eager)
    for (const imported of chunks.get(name)?.imports ?? []) if (chunks.has(imported)) eager.add(imported);
  const codeOf = (wanted: boolean): Map<string, string> =>
    new Map([...chunks].filter(([name]) => eager.has(name) === wanted).map(([name, chunk]) => [name, chunk.code]));
  const modules = [...eager].flatMap((name) =>
    Object.entries(chunks.get(name)!.modules).map(([id, { renderedLength }]) => [id, renderedLength] as const),
  );
  return { eager: codeOf(true), lazy: codeOf(false), modules: modules.toSorted(([, a], [, b]) => b - a) };
}

async function withEsbuild({ name, code }: SizeScenario): Promise<string> {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: code, resolveDir: IMPORTER, sourcefile: `${name}.ts`, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2023",
    conditions: CONDITIONS,
    legalComments: "none",
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0]!.text;
}

function contributions({ modules }: Bundle): Record<string, number> {
  const parts: Record<string, number> = {};
  for (const [id, bytes] of modules) {
    const part = /packages\/([^/]+)\//.exec(id)?.[1] ?? /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1] ?? "entry";
    parts[part] = (parts[part] ?? 0) + bytes;
  }
  return Object.fromEntries(Object.entries(parts).toSorted(([, a], [, b]) => b - a));
}

async function measure(scenario: SizeScenario): Promise<Measured> {
  const { name, title, budget } = scenario;
  try {
    const bundle = await withRolldown(scenario);
    const files = [...bundle.eager.values()];
    const size = sum(files.map(gzipped));
    return {
      name,
      title,
      budget,
      gzip: size,
      minified: sum(files.map((code) => Buffer.byteLength(code))),
      esbuild: gzipped(await withEsbuild(scenario)),
      parts: contributions(bundle),
      problem: (await runProblem(scenario, bundle)) ?? overBudget(size, budget),
    };
  } catch (error) {
    const problem = `does not bundle: ${stripVTControlCharacters((error as Error).message).slice(0, 600)}`;
    return { name, title, budget, gzip: null, minified: null, esbuild: null, parts: {}, problem };
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const gzipped = (code: string): number => gzipSync(code, { level: 9 }).length;

/** A bundle that lost something it needs is small and wrong. */
async function runProblem(scenario: SizeScenario, { eager, lazy }: Bundle): Promise<string | null> {
  const folder = join(FOLDER, scenario.name);
  mkdirSync(folder);
  for (const [name, code] of [...eager, ...lazy]) writeFileSync(join(folder, name), code);
  const file = join(folder, eager.keys().next().value!);
  try {
    if (scenario.gpu) await offerGpu();
    const { run } = (await import(`file://${file}`)) as { run: () => Promise<unknown> };
    const got = await run();
    return isDeepStrictEqual(got, scenario.expect) ? null : `run() gave ${JSON.stringify(got)}`;
  } catch (error) {
    return `does not run: ${(error as Error).message}`;
  }
}

/** Gives this process what a browser's page has: `navigator.gpu`, in software. */
async function offerGpu(): Promise<void> {
  useSoftwareGpu();
  const { create } = (await import(
    createRequire(join(ROOT, "packages/backend-webgpu/package.json")).resolve("webgpu")
  )) as {
    create: (options: readonly string[]) => unknown;
  };
  Object.defineProperty(globalThis.navigator, "gpu", { value: create([]), configurable: true });
}

const overBudget = (bytes: number, budget: number | null): string | null =>
  budget !== null && bytes >= budget ? `is over its budget by ${bytes - budget} bytes` : null;

const { values: options } = parseArgs({
  options: { json: { type: "string" }, check: { type: "boolean" }, modules: { type: "string" } },
});
if (options.modules !== undefined) {
  const scenario = SIZE_SCENARIOS.find(({ name }) => name === options.modules);
  if (!scenario)
    throw new Error(`There is no scenario '${options.modules}': ${SIZE_SCENARIOS.map(({ name }) => name).join(", ")}`);
  for (const [file, bytes] of (await withRolldown(scenario)).modules)
    if (bytes > 0) console.log(`${String(bytes).padStart(8)} ${relative(ROOT, file)}`);
  process.exit(0);
}

process.on("exit", () => rmSync(FOLDER, { recursive: true, force: true }));
mkdirSync(FOLDER, { recursive: true });
const scenarios: Measured[] = [];
for (const scenario of SIZE_SCENARIOS) scenarios.push(await measure(scenario));

const kilobytes = (bytes: number | null): string => (bytes === null ? "–" : `${(bytes / 1000).toFixed(1)} kB`);
for (const { name, title, gzip, minified, esbuild: other, budget, parts, problem } of scenarios) {
  const limit = budget === null ? "" : ` of ${kilobytes(budget)}`;
  console.log(
    `${problem === null ? "✓" : "✗"} ${name}: ${kilobytes(gzip)} gzipped${limit} (${kilobytes(minified)} minified, with esbuild ${kilobytes(other)} gzipped) – ${title}`,
  );
  const shares = Object.entries(parts).map(([part, bytes]) => `${part} ${kilobytes(bytes)}`);
  if (shares.length > 0) console.log(`    before minification: ${shares.join(", ")}`);
  if (problem !== null) console.log(`    ${problem}`);
}
const failed = scenarios.filter(({ problem }) => problem !== null).length;
writeReport({ passed: scenarios.length - failed, failed, scenarios });
if (options.check && failed > 0) process.exitCode = 1;

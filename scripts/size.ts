// Measures the browser bundles of scripts/size-scenarios.ts: minified, tree-shaken, gzipped.
//
//   npm run size [-- --json FILE] [--check]     --check fails above a budget or when a bundle does not run
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { writeReport } from "./lib/count-report.ts";
import { ROOT } from "./lib/workspace.ts";
import { SIZE_SCENARIOS, type SizeScenario } from "./size-scenarios.ts";

interface Measured {
  readonly name: string;
  readonly title: string;
  readonly budget: number | null;
  /** Bytes after gzip, and before. */
  readonly gzip: number | null;
  readonly minified: number | null;
  readonly problem: string | null;
  /** The largest contributions: package folder → minified bytes. */
  readonly parts: Readonly<Record<string, number>>;
}

const FOLDER = join(ROOT, ".cache/size");

async function measure(scenario: SizeScenario): Promise<Measured> {
  const { name, title, budget } = scenario;
  const base = { name, title, budget };
  try {
    const { outputFiles, metafile } = await build({
      stdin: { contents: scenario.code, resolveDir: join(ROOT, "examples"), sourcefile: `${name}.ts`, loader: "ts" },
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      target: "es2023",
      conditions: ["@keras/source", "browser", "module"],
      legalComments: "none",
      metafile: true,
      write: false,
      logLevel: "silent",
    });
    const [output] = outputFiles;
    const sizes = { gzip: gzipSync(output!.contents, { level: 9 }).length, minified: output!.contents.length };
    const parts = contributions(Object.values(metafile.outputs)[0]!.inputs);
    return {
      ...base,
      ...sizes,
      parts,
      problem: (await runProblem(scenario, output!.text)) ?? overBudget(sizes.gzip, budget),
    };
  } catch (error) {
    return { ...base, gzip: null, minified: null, parts: {}, problem: `does not bundle: ${(error as Error).message}` };
  }
}

/** A bundle that lost something it needs is small and wrong. */
async function runProblem(scenario: SizeScenario, code: string): Promise<string | null> {
  const file = join(FOLDER, `${scenario.name}.mjs`);
  writeFileSync(file, code);
  try {
    const { run } = (await import(`file://${file}`)) as { run: () => Promise<unknown> };
    const got = await run();
    return isDeepStrictEqual(got, scenario.expect) ? null : `run() gave ${JSON.stringify(got)}`;
  } catch (error) {
    return `does not run: ${(error as Error).message}`;
  }
}

const overBudget = (bytes: number, budget: number | null): string | null =>
  budget !== null && bytes >= budget ? `is over its budget by ${bytes - budget} bytes` : null;

function contributions(inputs: Readonly<Record<string, { bytesInOutput: number }>>): Record<string, number> {
  const parts: Record<string, number> = {};
  for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
    const part =
      /packages\/([^/]+)\//.exec(file)?.[1] ?? /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? "entry";
    parts[part] = (parts[part] ?? 0) + bytesInOutput;
  }
  return Object.fromEntries(Object.entries(parts).toSorted(([, a], [, b]) => b - a));
}

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const scenarios: Measured[] = [];
for (const scenario of SIZE_SCENARIOS) scenarios.push(await measure(scenario));

const kilobytes = (bytes: number | null): string => (bytes === null ? "–" : `${(bytes / 1000).toFixed(1)} kB`);
for (const { name, title, gzip, minified, budget, parts, problem } of scenarios) {
  const limit = budget === null ? "" : ` of ${kilobytes(budget)}`;
  console.log(
    `${problem === null ? "✓" : "✗"} ${name}: ${kilobytes(gzip)} gzipped${limit} (${kilobytes(minified)} minified) – ${title}`,
  );
  const shares = Object.entries(parts).map(([part, bytes]) => `${part} ${kilobytes(bytes)}`);
  if (shares.length > 0) console.log(`    ${shares.join(", ")}`);
  if (problem !== null) console.log(`    ${problem}`);
}
const failed = scenarios.filter(({ problem }) => problem !== null).length;
writeReport({ passed: scenarios.length - failed, failed, scenarios });
if (process.argv.includes("--check") && failed > 0) process.exitCode = 1;

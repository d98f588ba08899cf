// Every check of the repository, as data. `npm test` runs them all; `npm test -- NAME …` some.
import { readBaseline, regressions } from "../conformance/baseline.ts";
import { skippedShare, type Report } from "../conformance/report.ts";
import { SKIP_LIMIT } from "../conformance/skips.ts";
import type { ApiReport } from "./api-coverage.ts";
import type { CountReport } from "./lib/count-report.ts";

/** What a check's report says. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** Left out on purpose, by an entry in a list that says why. */
  readonly skipped?: number;
  /** A figure worth a look in the summary. */
  readonly figure?: string;
  /** A line for each failure that the command's output does not show. */
  readonly notes?: readonly string[];
}

export interface Check {
  readonly name: string;
  readonly title: string;
  /** `{report}` stands for the file that `counts` reads afterwards. */
  readonly command: readonly string[];
  /** Without it the check counts one: passed when the command exits with 0. */
  readonly counts?: (report: unknown) => Counts;
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Each test counts; so does a file that fails outside its tests. A skipped test is a failure: it checks nothing. */
function vitestCounts(report: unknown): Counts {
  const { testResults, numPassedTests, numFailedTests, numPendingTests, numTodoTests } = report as VitestReport;
  const broken = testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"),
  );
  const skipped = testResults.flatMap((file) =>
    file.assertionResults.filter((test) => test.status !== "passed" && test.status !== "failed"),
  );
  return {
    passed: numPassedTests,
    failed: numFailedTests + broken.length + numPendingTests + numTodoTests,
    notes: [
      ...broken.map((file) => `${file.name} failed outside its tests`),
      ...skipped.map((test) => `skipped test: ${test.fullName}`),
    ],
  };
}

const countReport = (report: unknown): Counts => report as CountReport;

/** Of the recorded Keras cases, those fail that conformance/expected.json requires. */
function conformanceCounts(report: unknown): Counts {
  const { backend, categories, failures } = report as Report;
  const lost = regressions(
    readBaseline(backend),
    failures.map((failure) => ({ ...failure, status: "fail" })),
  );
  const sum = (key: "pass" | "skip"): number =>
    Object.values(categories).reduce((total, counts) => total + counts[key], 0);
  const share = skippedShare(categories);
  const tooMany = share > SKIP_LIMIT ? [`${(100 * share).toFixed(2)}% of the cases are skipped, over the limit`] : [];
  return { passed: sum("pass"), failed: lost.length + tooMany.length, skipped: sum("skip"), notes: tooMany };
}

/** One count: every name of Keras that is exported is used by a test. */
function apiCounts(report: unknown): Counts {
  const { total, have, exportedButUnused } = report as ApiReport;
  const ok = exportedButUnused.length === 0;
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, figure: `${have} of ${total} names of Keras` };
}

const node = (script: string, ...args: string[]): string[] => ["node", `scripts/${script}.ts`, ...args];

const vitest = (...args: string[]): string[] => [
  "vitest",
  "run",
  "--reporter=default",
  "--reporter=json",
  "--outputFile.json={report}",
  ...args,
];

const conformance = (backend: string): Check => ({
  name: `conformance-${backend}`,
  title: `recorded Keras cases on ${backend}`,
  command: [
    "node",
    "--conditions=@keras/source",
    "conformance/main.ts",
    "--check",
    "--backend",
    backend,
    "--json",
    "{report}",
  ],
  counts: conformanceCounts,
});

/** Needs Python Keras, so these files run apart from the other unit tests. */
const PYTHON_TESTS = "**/*.python.test.ts";

export const CHECKS: readonly Check[] = [
  { name: "typecheck", title: "TypeScript, all projects", command: ["tsc", "-b"] },
  { name: "types", title: "type tests", command: vitest("--config", "vitest.types.config.ts"), counts: vitestCounts },
  { name: "lint", title: "oxlint", command: ["oxlint", "--deny-warnings"] },
  { name: "format", title: "oxfmt", command: ["oxfmt", "--check", "."] },
  { name: "graph", title: "package graph", command: node("check-graph") },
  { name: "index", title: "generated package indices are fresh", command: node("gen-index", "--check") },
  { name: "gen", title: "generated API is fresh", command: node("gen-api", "--check") },
  { name: "ops-page", title: "the list of ops is fresh", command: node("gen-ops-page", "--check") },
  { name: "unit", title: "unit tests", command: vitest("--exclude", PYTHON_TESTS), counts: vitestCounts },
  {
    name: "browser",
    title: "tests in Chromium",
    command: vitest("--config", "vitest.browser.config.ts"),
    counts: vitestCounts,
  },
  {
    name: "examples",
    title: "examples in the docs",
    command: node("doc-examples", "--json", "{report}"),
    counts: countReport,
  },
  {
    name: "docstrings",
    title: "docstrings of Keras's functions",
    command: node("check-docstrings", "--json", "{report}"),
    counts: countReport,
  },
  {
    name: "api",
    title: "API coverage",
    command: node("api-coverage", "--check", "--json", "{report}"),
    counts: apiCounts,
  },
  conformance("ref"),
  conformance("onnx"),
  {
    name: "python",
    title: "round trips with Python Keras",
    command: node("python-tests", "{report}"),
    counts: vitestCounts,
  },
  {
    name: "packages",
    title: "packed packages",
    command: node("check-packages", "--json", "{report}"),
    counts: countReport,
  },
  { name: "size", title: "bundle size", command: node("size", "--check", "--json", "{report}"), counts: countReport },
];

// How much of Python Keras's public API there is.
//
//   npm run api [-- --json FILE] [--check]
//
// A name counts when a package exports it and a test, a documentation example or a recorded Keras case uses it.
// --check fails when one is exported that nothing uses.
import { conformantPaths } from "./api/conformant.ts";
import { wantedSymbols } from "./api/manifest.ts";
import { resolveSymbol, umbrella } from "./api/resolve.ts";
import { keyOf, touchedExports } from "./api/touched.ts";
import { writeReport } from "./lib/count-report.ts";

interface Coverage {
  total: number;
  have: number;
}

/** What `--json` writes. */
export interface ApiReport {
  readonly total: number;
  readonly have: number;
  /** Paths in Python. */
  readonly missing: readonly string[];
  /** Those of the missing that are there, but that nothing tests. */
  readonly exportedButUnused: readonly string[];
  readonly namespaces: Readonly<Record<string, Coverage>>;
}

const symbols = wantedSymbols();
const touched = touchedExports(umbrella());
const conformant = conformantPaths(symbols);

const missing: string[] = [];
const unused: string[] = [];
const namespaces: Record<string, Coverage> = {};
for (const symbol of symbols) {
  const namespace = symbol.path.slice(0, symbol.path.lastIndexOf("."));
  const coverage = (namespaces[namespace] ??= { total: 0, have: 0 });
  coverage.total++;
  const resolved = resolveSymbol(symbol);
  if (resolved && (touched.has(keyOf(resolved)) || conformant.has(symbol.path))) coverage.have++;
  else {
    missing.push(symbol.path);
    if (resolved) unused.push(symbol.path);
  }
}

const total = symbols.length;
const have = total - missing.length;
const width = Math.max(...Object.keys(namespaces).map((name) => name.length));
for (const [name, coverage] of Object.entries(namespaces).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  if (coverage.have > 0) console.log(`${name.padEnd(width)} ${String(coverage.have).padStart(4)} of ${coverage.total}`);
console.log(`${have} of ${total} names of Python Keras's public API`);
if (unused.length > 0) console.log(`Exported, but used by no test: ${unused.join(", ")}`);
if (process.argv.includes("--check") && unused.length > 0) process.exitCode = 1;
const report: ApiReport = { total, have, missing, exportedButUnused: unused, namespaces };
writeReport(report);

// Checks what would be published: builds, packs and inspects every package, then uses the tarballs as a user would.
//
//   node scripts/check-packages.ts [NAME …] [--json FILE]
import { build } from "./build.ts";
import { writeReport } from "./lib/count-report.ts";
import { workspacePackages } from "./lib/workspace.ts";
import { compileProblems, importProblems, makeConsumer, nodes } from "./packages/consumer.ts";
import { contentProblems, publintProblems, typeProblems } from "./packages/inspect.ts";
import { packAll } from "./packages/pack.ts";

const failures: string[] = [];
let passed = 0;

function record(what: string, problems: readonly string[]): void {
  if (problems.length === 0) passed++;
  else failures.push(`${what}:\n${problems.map((problem) => `  ${problem.replaceAll("\n", "\n  ")}`).join("\n")}`);
}

await build();
const names = process.argv.slice(2).filter((arg, i, all) => !arg.startsWith("--") && all[i - 1] !== "--json");
const everything = await packAll(workspacePackages());
const tarballs = everything.filter(
  ({ pkg }) => names.length === 0 || names.includes(pkg.dir) || names.includes(pkg.name),
);

for (const tarball of tarballs) {
  record(`${tarball.pkg.name} (publint)`, await publintProblems(tarball));
  record(`${tarball.pkg.name} (types)`, await typeProblems(tarball));
  record(`${tarball.pkg.name} (contents)`, contentProblems(tarball));
}
await makeConsumer(everything);
for (const node of await nodes())
  for (const tarball of tarballs) record(`${tarball.pkg.name} (import)`, await importProblems(tarball, node));
for (const compiler of ["tsc", "tsc6"] as const)
  record(`declarations (${compiler})`, await compileProblems(tarballs, compiler));

for (const failure of failures) console.error(failure);
writeReport({ passed, failed: failures.length, failures });
console.log(`${tarballs.length} packages: ${passed} checks passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;

// Keeps the package graph strict: what a package imports, what its manifest declares and what its tsconfig
// references must be the same set, inside what scripts/package-graph.ts allows.
//
//   node scripts/check-graph.ts [--fix]     --fix rewrites manifests and references from the imports
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { moduleRequests } from "./lib/modules.ts";
import { readJson, sourcesOf, workspacePackages, type Manifest, type WorkspacePackage } from "./lib/workspace.ts";
import { folderOf, PACKAGE_GRAPH, PEER } from "./package-graph.ts";

interface TsConfig {
  references?: { path: string }[];
}

const PEER_NAME = `@keras/${PEER}`;

/** Every breach of the rules in a package, one line each. */
export function problemsOf(pkg: WorkspacePackage): string[] {
  const allowed = PACKAGE_GRAPH[pkg.dir];
  if (!allowed) return [`${pkg.name}: not listed in scripts/package-graph.ts`];
  const problems: string[] = [];
  const declared = declaredDependencies(pkg.manifest);
  const used = new Set<string>();

  for (const file of sourcesOf(pkg)) {
    const at = `packages/${pkg.dir}/${file}`;
    for (const { specifier, bare, line } of moduleRequests(join(pkg.path, file))) {
      const place = `${at}:${line}: '${specifier}'`;
      if (specifier.startsWith(".")) {
        const target = relative(pkg.path, resolve(pkg.path, file, "..", specifier));
        if (!target.startsWith("src/")) problems.push(`${place} leaves src`);
        if (!specifier.endsWith(".ts")) problems.push(`${place} must end in .ts`);
        if (usesNode(join(pkg.path, target)) && !isNodeFile(file))
          problems.push(`${place} is for Node alone: reach it through "#imports"`);
        if (bare && !hasSideEffects(pkg.manifest, target))
          problems.push(`${place} is a side effect that "sideEffects" does not list`);
      } else if (specifier.startsWith("node:")) {
        if (!isNodeFile(file))
          problems.push(`${place}: only files named node.ts, *-node.ts or *.node.ts may use Node's modules`);
      } else if (!specifier.startsWith("#")) {
        const name = packageName(specifier);
        const folder = folderOf(name);
        used.add(name);
        if (!declared.has(name)) problems.push(`${place}: '${name}' is not in the manifest's dependencies`);
        if (folder !== null && !allowed.includes(folder))
          problems.push(`${place}: ${pkg.name} may not depend on ${name}`);
      }
    }
  }

  for (const name of declared) if (!used.has(name)) problems.push(`${pkg.name}: dependency '${name}' is not imported`);
  for (const name of Object.keys(pkg.manifest.dependencies ?? {}))
    if (name === PEER_NAME && pkg.dir !== "keras") problems.push(`${pkg.name}: '${name}' must be a peer dependency`);
  if (pkg.manifest.peerDependencies?.[PEER_NAME] && !pkg.manifest.devDependencies?.[PEER_NAME])
    problems.push(`${pkg.name}: the peer '${PEER_NAME}' must be a development dependency too`);

  const wanted = workspaceFolders(declared);
  const references = referencesOf(pkg);
  if (wanted.join() !== references.join())
    problems.push(`${pkg.name}: tsconfig references [${references.join(", ")}], dependencies [${wanted.join(", ")}]`);
  return problems;
}

/** The listed order is the proof that the graph has no cycle. */
function orderProblems(): string[] {
  const problems: string[] = [];
  const above = new Set<string>();
  for (const [name, allowed] of Object.entries(PACKAGE_GRAPH)) {
    for (const dependency of allowed)
      if (!above.has(dependency))
        problems.push(`package-graph.ts: '${name}' names '${dependency}', which is not above it`);
    above.add(name);
  }
  const present = new Set(workspacePackages().map((pkg) => pkg.dir));
  for (const name of above) if (!present.has(name)) problems.push(`package-graph.ts: packages/${name} does not exist`);
  return problems;
}

/** Writes the imported workspace packages into the manifest and the references. */
function fix(pkg: WorkspacePackage): void {
  const imported = new Set<string>();
  for (const file of sourcesOf(pkg))
    for (const { specifier } of moduleRequests(join(pkg.path, file)))
      if (folderOf(packageName(specifier)) !== null) imported.add(packageName(specifier));

  const manifest = structuredClone(pkg.manifest);
  for (const field of ["dependencies", "devDependencies", "peerDependencies"] as const) {
    const kept = Object.entries(manifest[field] ?? {}).filter(([name]) => folderOf(name) === null);
    const belongs = (name: string): boolean =>
      pkg.dir === "keras" || name !== PEER_NAME ? field === "dependencies" : field !== "dependencies";
    const local = [...imported].filter(belongs).map((name) => [name, "workspace:^"] as [string, string]);
    manifest[field] = Object.fromEntries([...kept, ...local].toSorted(([a], [b]) => (a < b ? -1 : 1)));
    if (Object.keys(manifest[field]).length === 0) delete manifest[field];
  }
  writeJson(join(pkg.path, "package.json"), manifest);

  const file = join(pkg.path, "tsconfig.json");
  const config = readJson<TsConfig>(file);
  config.references = workspaceFolders(imported).map((folder) => ({ path: `../${folder}` }));
  writeJson(file, config);
}

function writeJson(file: string, value: unknown): void {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  if (readFileSync(file, "utf8") !== text) writeFileSync(file, text);
}

const declaredDependencies = (manifest: Manifest): Set<string> =>
  new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies }));

const workspaceFolders = (names: Iterable<string>): string[] =>
  [...names]
    .map(folderOf)
    .filter((folder) => folder !== null)
    .toSorted();

const referencesOf = (pkg: WorkspacePackage): string[] =>
  (readJson<TsConfig>(join(pkg.path, "tsconfig.json")).references ?? [])
    .map(({ path }) => path.slice("../".length))
    .toSorted();

const packageName = (specifier: string): string => specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");

const isNodeFile = (file: string): boolean => /(^|[/.-])node\.ts$/.test(file);

/** Files named node.ts may also be about the nodes of a graph. */
const usesNode = (path: string): boolean =>
  isNodeFile(path) && existsSync(path) && moduleRequests(path).some(({ specifier }) => specifier.startsWith("node:"));

function hasSideEffects({ sideEffects }: Manifest, file: string): boolean {
  return Array.isArray(sideEffects) ? sideEffects.includes(`./${file}`) : sideEffects !== false;
}

if (import.meta.main) {
  const packages = workspacePackages();
  if (process.argv.includes("--fix")) {
    for (const pkg of packages) fix(pkg);
    console.log("Manifests and references rewritten. Run: pnpm install --lockfile-only");
  } else {
    const problems = [...orderProblems(), ...packages.flatMap(problemsOf)];
    if (problems.length > 0) {
      console.error(problems.join("\n"));
      console.error(`\n${problems.length} problems in the package graph.`);
      process.exit(1);
    }
    console.log(`The graph of ${packages.length} packages holds.`);
  }
}

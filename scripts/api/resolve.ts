// Finds what the packages export for each symbol of Keras, and where everything else goes.
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { exportsOf, type ExportedName } from "../lib/modules.ts";
import { ROOT, workspacePackages, type WorkspacePackage } from "../lib/workspace.ts";
import { locationsOf, wantedSymbols, type ApiSymbol } from "./manifest.ts";
import { HOMES, OWN, SOURCES, type Source } from "./namespaces.ts";

/** An export of a package, as the umbrella re-exports it. */
export interface Resolved {
  /** `@keras/ops` or `@keras/ops/random`; `#own` for the umbrella's own module. */
  readonly specifier: string;
  /** Its name there. */
  readonly name: string;
  readonly type: boolean;
}

/** The umbrella: namespace → public name → what it is. The top level is `""`. */
export type Umbrella = ReadonlyMap<string, ReadonlyMap<string, Resolved>>;

/** A module with public names: a package's index or a namespace that it exports. */
interface PublicModule {
  readonly specifier: string;
  readonly names: ReadonlyMap<string, ExportedName>;
}

/** A namespace that a package exports, and the module behind it, relative to `src/`. */
export interface Subpath {
  readonly name: string;
  readonly module: string;
}

/** The namespaces among a package's exports; each gets a subpath of its own: `@keras/ops/random`. */
export function subpathsOf(pkg: WorkspacePackage): Subpath[] {
  return exportsOf(join(pkg.path, "src/index.ts")).flatMap(({ name, module }) =>
    module === undefined ? [] : [{ name, module: relative(join(pkg.path, "src"), module) }],
  );
}

let modules: ReadonlyMap<Source, PublicModule> | undefined;

function publicModules(): ReadonlyMap<Source, PublicModule> {
  if (modules) return modules;
  const found = new Map<Source, PublicModule>();
  for (const pkg of workspacePackages()) {
    const index = join(pkg.path, "src/index.ts");
    if (pkg.dir === "keras" || !existsSync(index)) continue;
    const names = exportsOf(index);
    const flat = names.filter(({ kind }) => kind !== "namespace");
    found.set(pkg.dir, { specifier: pkg.name, names: byName(flat) });
    for (const { name, module } of names)
      if (module !== undefined)
        found.set(`${pkg.dir}/${name}`, { specifier: `${pkg.name}/${name}`, names: byName(exportsOf(module)) });
  }
  const own = join(ROOT, "packages/keras/src/own.ts");
  if (existsSync(own)) found.set(OWN, { specifier: "#own", names: byName(exportsOf(own)) });
  modules = found;
  return found;
}

const byName = (names: readonly ExportedName[]): Map<string, ExportedName> =>
  new Map(names.map((exported) => [exported.name, exported]));

function lookUp(source: Source, name: string): Resolved | null {
  const module = publicModules().get(source);
  // `var` and `switch` cannot be declared: they are `var_` and `switch_` inside the package.
  const found = module?.names.get(name) ?? module?.names.get(`${name}_`);
  return module && found ? { specifier: module.specifier, name: found.name, type: found.kind === "type" } : null;
}

/** What a symbol of Keras is in the packages; null when no package has it. */
export function resolveSymbol(symbol: ApiSymbol): Resolved | null {
  for (const { namespace, name } of locationsOf(symbol)) {
    const found = resolveName(namespace, name) ?? resolveName(namespace, symbol.ts);
    if (found && !found.type) return found;
  }
  return null;
}

/** Names that mean another thing in every namespace. */
const GENERIC: ReadonlySet<string> = new Set(["deserialize", "get", "serialize"]);

function resolveName(namespace: string, name: string): Resolved | null {
  const sources = (SOURCES[namespace] ?? []).filter((source) => publicModules().has(source));
  for (const source of GENERIC.has(name) ? sources.slice(0, 1) : sources) {
    const found = lookUp(source, name);
    if (found) return found;
  }
  return null;
}

/** The whole public surface, as the packages' exports give it now. */
export function umbrella(): Umbrella {
  const spaces = new Map<string, Map<string, Resolved>>();
  const put = (namespace: string, name: string, resolved: Resolved): void => {
    const space = spaces.get(namespace) ?? new Map<string, Resolved>();
    if (!space.has(name)) space.set(name, resolved);
    spaces.set(namespace, space);
  };

  for (const symbol of wantedSymbols()) {
    const resolved = resolveSymbol(symbol);
    if (!resolved) continue;
    for (const { namespace, name } of locationsOf(symbol)) if (namespace in SOURCES) put(namespace, name, resolved);
  }
  for (const [source, { namespace, values, types }] of HOMES) {
    const module = publicModules().get(source);
    for (const { name, kind } of module?.names.values() ?? []) {
      const chosen = kind === "type" ? types : values;
      if (chosen === "all" || chosen.some((one) => (typeof one === "string" ? one === name : one.test(name))))
        put(namespace, name, { specifier: module!.specifier, name, type: kind === "type" });
    }
  }
  return spaces;
}

// Which exports the tests, the examples and the documentation really use: called, constructed, extended or passed on.
import { globSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { docstringExamples, markdownExamples } from "../examples/extract.ts";
import { parseModule } from "../lib/modules.ts";
import { ROOT, workspacePackages } from "../lib/workspace.ts";
import type { Resolved, Umbrella } from "./resolve.ts";

/** How an export is named in the set: `@keras/ops relu`. */
export const keyOf = ({ specifier, name }: Pick<Resolved, "specifier" | "name">): string => `${specifier} ${name}`;

/** What an imported binding stands for. */
type Binding =
  | { readonly kind: "name"; readonly specifier: string; readonly path: readonly string[] }
  | { readonly kind: "source"; readonly package: string; readonly path: readonly string[] };

interface Code {
  readonly file: string;
  readonly text: string;
}

/** Every piece of code that `npm test` runs, apart from the recorded cases. */
function testedCode(): Code[] {
  const patterns = [
    "packages/*/test/**/*.ts",
    "packages/*/src/**/*.test.ts",
    "examples/**/*.ts",
    "conformance/test/**/*.ts",
  ];
  const files = globSync(patterns, { cwd: ROOT, exclude: (name) => name === "node_modules" })
    .filter((file) => !file.endsWith(".test-d.ts"))
    .map((file) => ({ file: join(ROOT, file), text: readFileSync(join(ROOT, file), "utf8") }));
  const examples = [docstringExamples(), markdownExamples()].flatMap((part) => part.examples);
  return [...files, ...examples.map(({ file, code }) => ({ file: join(ROOT, `${file}.example.ts`), text: code }))];
}

/** Keys of all exports that tested code uses. */
export function touchedExports(umbrella: Umbrella): ReadonlySet<string> {
  const touched = new Set<string>();
  // A test that imports `../src/relu.ts` uses what its package exports under that name.
  const byPackage = new Map<string, Map<string, string[]>>();
  for (const space of umbrella.values())
    for (const resolved of space.values()) {
      const folder = resolved.specifier.split("/").slice(0, 2).join("/");
      const names = byPackage.get(folder) ?? new Map<string, string[]>();
      names.set(resolved.name, [...(names.get(resolved.name) ?? []), keyOf(resolved)]);
      byPackage.set(folder, names);
    }

  for (const { file, text } of testedCode())
    for (const binding of usedBindings(file, text)) {
      if (binding.kind === "source") {
        const names = byPackage.get(binding.package);
        for (const part of binding.path.slice(0, 2)) for (const key of names?.get(part) ?? []) touched.add(key);
      } else for (const key of keysOf(binding.specifier, binding.path, umbrella)) touched.add(key);
    }
  return touched;
}

/** `keras` + `ops.relu`, `keras/ops` + `relu`, `@keras/ops` + `relu`, `@keras/ops` + `random.normal`: the same kind of thing. */
function* keysOf(specifier: string, path: readonly string[], umbrella: Umbrella): Generator<string> {
  if (specifier === "keras" || specifier.startsWith("keras/")) {
    const full = [...specifier.split("/").slice(1), ...path];
    for (let at = full.length - 1; at >= 0; at--) {
      const resolved = umbrella.get(full.slice(0, at).join("."))?.get(full[at]!);
      if (resolved) yield keyOf(resolved);
    }
    return;
  }
  const [first, second] = path;
  if (first !== undefined) yield keyOf({ specifier, name: first });
  if (first !== undefined && second !== undefined) yield keyOf({ specifier: `${specifier}/${first}`, name: second });
}

interface Node {
  readonly type?: string;
  readonly [field: string]: unknown;
}

/** Imported names that the code uses as values, with the members taken of them. */
export function usedBindings(file: string, text: string): Binding[] {
  const { program, module } = parseModule(file, text);
  const bindings = new Map<string, Binding>();
  for (const { moduleRequest, entries } of module.staticImports) {
    const origin = originOf(file, moduleRequest.value);
    if (origin === null) continue;
    for (const { importName, localName, isType } of entries) {
      if (isType) continue;
      const path = importName.kind === "Name" ? [importName.name!] : [];
      bindings.set(localName.value, { ...origin, path });
    }
  }
  if (bindings.size === 0) return [];

  const used: Binding[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (value === null || typeof value !== "object") return;
    const node = value as Node;
    if (node.type === "ImportDeclaration" || isType(node)) return;
    // `expect(ops.relu)` and `typeof ops.relu` look at a name without using it.
    if (node.type === "UnaryExpression" && node["operator"] === "typeof") return;
    if (node.type === "CallExpression" && chain(node["callee"])?.join() === "expect")
      return visit((node["arguments"] as Node[]).filter((argument) => chain(argument) === null));
    const members = chain(node);
    const binding = members ? bindings.get(members[0]!) : undefined;
    if (members && binding) used.push({ ...binding, path: [...binding.path, ...members.slice(1)] });
    if (node.type === "MemberExpression") {
      if (!members) visit(node["object"]);
      if (node["computed"]) visit(node["property"]);
      return;
    }
    if (node.type === "Property") {
      visit(node["value"]);
      if (node["computed"]) visit(node["key"]);
      return;
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(program.body);
  return used;
}

/** `a.b.c` as its parts; null when it is anything else. */
function chain(value: unknown): string[] | null {
  const node = value as Node | null;
  if (node?.type === "Identifier") return [node["name"] as string];
  if (node?.type !== "MemberExpression" || node["computed"]) return null;
  const object = chain(node["object"]);
  return object && [...object, (node["property"] as Node)["name"] as string];
}

const isType = ({ type }: Node): boolean =>
  type?.startsWith("TS") === true &&
  !["TSAsExpression", "TSNonNullExpression", "TSSatisfiesExpression", "TSInstantiationExpression"].includes(type);

type Origin =
  | { readonly kind: "name"; readonly specifier: string }
  | { readonly kind: "source"; readonly package: string };

/** The workspace package that an import reaches, by name or by a path into its sources. */
function originOf(file: string, specifier: string): Origin | null {
  if (specifier === "keras" || /^(@keras|keras)\//.test(specifier)) return { kind: "name", specifier };
  if (!specifier.startsWith(".")) return null;
  const target = relative(ROOT, resolve(file, "..", specifier));
  const pkg = workspacePackages().find(({ path }) => target.startsWith(`${relative(ROOT, path)}/src/`));
  return pkg ? { kind: "source", package: pkg.name } : null;
}

// What modules import and export, read with oxc-parser.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseSync, type ParseResult } from "oxc-parser";

/** One import, re-export or dynamic import of a module. */
export interface ModuleRequest {
  readonly specifier: string;
  /** `import "./x.ts"`: run for its side effects. */
  readonly bare: boolean;
  readonly line: number;
}

export interface ExportedName {
  readonly name: string;
  readonly kind: "value" | "type" | "namespace";
  /** For a namespace: the module that it holds. */
  readonly module?: string;
}

/** @throws Error when the file is not valid TypeScript */
export function parseModule(file: string, source: string = readFileSync(file, "utf8")): ParseResult {
  const result = parseSync(file, source);
  const [error] = result.errors;
  if (error) throw new Error(`${file}: ${error.message}`);
  return result;
}

/** The 1-based line of a character offset. */
export function lineAt(source: string, offset: number): number {
  let line = 1;
  for (let i = source.indexOf("\n"); i !== -1 && i < offset; i = source.indexOf("\n", i + 1)) line++;
  return line;
}

/** Every module that a file asks for; a dynamic import counts when its specifier is a literal. */
export function moduleRequests(file: string): ModuleRequest[] {
  const source = readFileSync(file, "utf8");
  const { module } = parseModule(file, source);
  const requests: ModuleRequest[] = [];
  const add = (specifier: string, offset: number, bare: boolean): void => {
    requests.push({ specifier, bare, line: lineAt(source, offset) });
  };
  for (const { moduleRequest, entries, start, end } of module.staticImports)
    add(moduleRequest.value, start, entries.length === 0 && !source.slice(start, end).includes("{"));
  for (const { entries, start } of module.staticExports) {
    const specifiers = new Set(entries.flatMap((entry) => entry.moduleRequest?.value ?? []));
    for (const specifier of specifiers) add(specifier, start, false);
  }
  for (const { moduleRequest, start } of module.dynamicImports) {
    const literal = /^(["'`])([^"'`$]+)\1$/.exec(source.slice(moduleRequest.start, moduleRequest.end));
    if (literal) add(literal[2]!, start, false);
  }
  return requests;
}

const exportCache = new Map<string, ExportedName[]>();

/** A module's public names, with relative `export *` followed. */
export function exportsOf(file: string): ExportedName[] {
  const cached = exportCache.get(file);
  if (cached) return cached;
  const { module, program } = parseModule(file);
  const declaredKinds = new Map<string, "value" | "type">();
  for (const statement of program.body)
    if (statement.type === "ExportNamedDeclaration" && statement.declaration)
      for (const [name, kind] of declarations(statement.declaration))
        // A name that is class and interface at once is a value.
        if (declaredKinds.get(name) !== "value") declaredKinds.set(name, kind);

  const found = new Map<string, ExportedName>();
  for (const { entries } of module.staticExports)
    for (const entry of entries) {
      const target = entry.moduleRequest ? localModule(file, entry.moduleRequest.value) : null;
      const name = entry.exportName.kind === "Name" ? entry.exportName.name! : null;
      if (entry.importName.kind === "All" && name !== null && target !== null)
        found.set(name, { name, kind: "namespace", module: target });
      else if (entry.importName.kind === "AllButDefault" || (entry.importName.kind === "All" && name === null)) {
        if (target === null) throw new Error(`${file}: 'export *' must stay inside the package`);
        for (const exported of exportsOf(target)) if (!found.has(exported.name)) found.set(exported.name, exported);
      } else if (name !== null) found.set(name, { ...kindOf(file, entry, target, declaredKinds), name });
    }
  const names = [...found.values()];
  exportCache.set(file, names);
  return names;
}

type ExportEntry = ParseResult["module"]["staticExports"][number]["entries"][number];

/** A named export's kind: as written, as declared, or as the module it comes from says. */
function kindOf(
  file: string,
  entry: ExportEntry,
  target: string | null,
  declared: ReadonlyMap<string, "value" | "type">,
): Omit<ExportedName, "name"> {
  if (entry.isType) {
    const own = declared.get(entry.exportName.name ?? "");
    return { kind: own ?? "type" };
  }
  if (target !== null) {
    const origin = exportsOf(target).find((exported) => exported.name === entry.importName.name);
    return origin?.module === undefined
      ? { kind: origin?.kind ?? "value" }
      : { kind: origin.kind, module: origin.module };
  }
  if (entry.moduleRequest) return { kind: "value" };
  return importedKind(file, entry.localName.name) ?? { kind: declared.get(entry.exportName.name ?? "") ?? "value" };
}

/** The kind of a name that was imported before it is exported: `import * as x from …; export { x }`. */
function importedKind(file: string, local: string | null): Omit<ExportedName, "name"> | null {
  const { module } = parseModule(file);
  for (const { moduleRequest, entries } of module.staticImports)
    for (const entry of entries) {
      if (entry.localName.value !== local) continue;
      const target = localModule(file, moduleRequest.value);
      if (target === null) return { kind: entry.isType ? "type" : "value" };
      if (entry.importName.kind === "NamespaceObject") return { kind: "namespace", module: target };
      const origin = exportsOf(target).find((exported) => exported.name === entry.importName.name);
      return { kind: entry.isType ? "type" : (origin?.kind ?? "value") };
    }
  return null;
}

function localModule(from: string, specifier: string): string | null {
  return specifier.startsWith(".") ? resolve(dirname(from), specifier) : null;
}

type Declaration = NonNullable<
  Extract<ParseResult["program"]["body"][number], { type: "ExportNamedDeclaration" }>["declaration"]
>;

function* declarations(declaration: Declaration): Generator<[string, "value" | "type"]> {
  switch (declaration.type) {
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
      yield [declaration.id.name, "type"];
      return;
    case "VariableDeclaration":
      for (const { id } of declaration.declarations) if (id.type === "Identifier") yield [id.name, "value"];
      return;
    case "FunctionDeclaration":
    case "ClassDeclaration":
    case "TSDeclareFunction":
      if (declaration.id) yield [declaration.id.name, "value"];
      return;
    default:
  }
}

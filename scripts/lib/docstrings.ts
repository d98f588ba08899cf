// The docstrings of functions, out of the sources.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "oxc-parser";
import { wantedSymbols } from "../api/manifest.ts";
import { ROOT } from "./workspace.ts";

/** Namespaces of Python whose functions are looked at, and where their sources are. */
const NAMESPACES: ReadonlySet<string> = new Set(["ops", "random", "activations", "tree", "backend", "config"]);
const SOURCES = ["packages/ops/src/**/*.ts", "packages/layers/src/activations/*.ts"];

/** An exported function. */
export interface Documented {
  readonly file: string;
  readonly doc: string;
  readonly params: readonly string[];
}

type Node = ReturnType<typeof parseSync>["program"]["body"][number];

/** Names of positional parameters; `options` and patterns are told elsewhere. */
function parametersOf(declaration: { readonly params: readonly { readonly type: string }[] }): string[] {
  return declaration.params.flatMap((param) => {
    const inner = param as { type: string; name?: string; left?: { name?: string }; argument?: { name?: string } };
    const name = inner.name ?? inner.left?.name ?? inner.argument?.name;
    return name === undefined || name.toLowerCase().endsWith("options") ? [] : [name];
  });
}

/** Exported functions of a module by name; of overloads the first has the docstring. */
function functionsOf(file: string): Map<string, Documented> {
  const text = readFileSync(join(ROOT, file), "utf8");
  const { program, comments } = parseSync(file, text);
  const found = new Map<string, Documented>();
  for (const node of program.body as readonly Node[]) {
    if (node.type !== "ExportNamedDeclaration") continue;
    const declaration = node.declaration;
    if (declaration?.type !== "FunctionDeclaration" && declaration?.type !== "TSDeclareFunction") continue;
    const name = declaration.id?.name;
    if (name === undefined || found.has(name)) continue;
    const comment = comments.findLast(
      ({ type, value, end }) =>
        type === "Block" && value.startsWith("*") && end <= node.start && text.slice(end, node.start).trim() === "",
    );
    found.set(name, { file, doc: comment?.value ?? "", params: parametersOf(declaration) });
  }
  return found;
}

/** The exported functions of ops and activations by name; of equal names the first file's counts. */
export function documentedFunctions(): Map<string, Documented> {
  const functions = new Map<string, Documented>();
  for (const file of SOURCES.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).toSorted()) {
    if (file.includes("/define/")) continue;
    for (const [name, documented] of functionsOf(file)) if (!functions.has(name)) functions.set(name, documented);
  }
  return functions;
}

/** Names of Keras's functions in these namespaces, as they are spelled here. */
export function wantedFunctions(): Set<string> {
  return new Set(
    wantedSymbols()
      .filter(({ kind, path }) => kind === "function" && NAMESPACES.has(path.split(".")[1]!))
      .map(({ ts }) => ts),
  );
}

// Every function of Keras's ops, random numbers, activations, trees and settings says what it does, takes and throws, and shows a call.
//
//   node scripts/check-docstrings.ts [--json FILE]
//
// A docstring holds a sentence, an `@param` for each positional parameter and an `@example` (which `doc-examples.ts` runs).
// Options are told by the fields of their interface.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "oxc-parser";
import { wantedSymbols } from "./api/manifest.ts";
import { writeReport } from "./lib/count-report.ts";
import { ROOT } from "./lib/workspace.ts";

/** Namespaces of Python whose functions are looked at, and where their sources are. */
const NAMESPACES: ReadonlySet<string> = new Set(["ops", "random", "activations", "tree", "backend", "config"]);
const SOURCES = ["packages/ops/src/**/*.ts", "packages/layers/src/activations/*.ts"];

interface Documented {
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

/** What a docstring lacks. */
function lacks({ doc, params }: Documented): string[] {
  const described = /^\*[\s*]*[^@\s*]/.test(doc);
  return [
    ...(described ? [] : ["a sentence"]),
    ...params.filter((name) => !new RegExp(`@param ${name}\\b`).test(doc)).map((name) => `@param ${name}`),
    ...(doc.includes("@example") ? [] : ["@example"]),
  ];
}

const functions = new Map<string, Documented>();
for (const file of SOURCES.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).toSorted()) {
  if (file.includes("/define/")) continue;
  for (const [name, documented] of functionsOf(file)) if (!functions.has(name)) functions.set(name, documented);
}

const names = new Set(
  wantedSymbols()
    .filter(({ kind, path }) => kind === "function" && NAMESPACES.has(path.split(".")[1]!))
    .map(({ ts }) => ts),
);
let passed = 0;
const failures: string[] = [];
for (const name of [...names].toSorted()) {
  const documented = functions.get(name) ?? functions.get(`${name}_`);
  // What is not there yet is the API check's business; what is an alias is documented where it is defined.
  if (!documented) continue;
  const missing = lacks(documented);
  if (missing.length === 0) passed++;
  else failures.push(`${documented.file}: ${name} lacks ${missing.join(", ")}`);
}
for (const failure of failures) console.error(failure);
console.log(`${passed} of ${passed + failures.length} functions are documented`);
writeReport({ passed, failed: failures.length });
process.exitCode = failures.length === 0 ? 0 : 1;

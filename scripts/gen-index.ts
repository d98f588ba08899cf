// Generates packages/<name>/src/index.ts from the modules of the package, so that no list of exports is kept by hand.
// Usage: node scripts/gen-index.ts [--check]
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseSync } from "oxc-parser";

/** How a package's modules become its public names. */
interface Rules {
  /** Folders whose modules form a namespace export and are not exported flat. */
  readonly namespaces?: Readonly<Record<string, string>>;
  /** Folders and files that are internal. */
  readonly internal?: readonly string[];
  /** Names that are internal. */
  readonly hidden?: RegExp;
  /** Lines put first: what cannot be derived. */
  readonly preamble?: readonly string[];
}

const RULES: Readonly<Record<string, Rules>> = {
  ops: {
    namespaces: { random: "random", tree: "tree", image: "image" },
    internal: ["define/"],
    hidden: /^(?!defineOp$).*Op$/,
  },
  layers: {
    namespaces: {
      initializers: "initializers",
      regularizers: "regularizers",
      constraints: "constraints",
      activations: "activations",
    },
  },
  models: {
    internal: ["stand-in", "export/files/", "export/trace-endpoint"],
    hidden: /^(functionSignature|modelSignature|dictionaryNames|AnyModel|Signature)$/,
  },
  losses: {},
  metrics: {},
  optimizers: { namespaces: { schedules: "schedules" } },
  callbacks: { internal: ["terminal/node.ts", "terminal/web.ts", "files/"] },
  "io-openvino": {},
  "io-litert": {},
  "io-onnx": { internal: ["files/", "import/", "runtime/"], hidden: /^DEFAULT_OPSET$/ },
  "io-savedmodel": { internal: ["bundle/", "proto/", "endpoint", "graph", "objects", "structured"] },
  "io-keras": {
    internal: [
      "bytes/builder",
      "bytes/cursor",
      "bytes/inflate",
      "hdf5/format/",
      "hdf5/reading/",
      "hdf5/writing/",
      "zip/",
      "weights/",
      "files/",
      "saving/assign-variables",
      "saving/json",
      "saving/model-saveable",
      "saving/optimizer-saveable",
      "saving/optimizer-floats",
    ],
  },
};

const root = resolve(import.meta.dirname, "..");

interface Exported {
  readonly name: string;
  readonly type: boolean;
}

/** Names that a module exports itself, and whether each is only a type. */
function exportsOf(file: string): Exported[] {
  const source = readFileSync(file, "utf8");
  const { program, module, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]!.message}`);
  const values = new Set<string>();
  for (const s of program.body) {
    if (s.type !== "ExportNamedDeclaration" || !s.declaration) continue;
    const d = s.declaration;
    if (d.type === "TSInterfaceDeclaration" || d.type === "TSTypeAliasDeclaration") continue;
    if (d.type === "VariableDeclaration")
      for (const v of d.declarations) if (v.id.type === "Identifier") values.add(v.id.name);
    if ("id" in d && d.id && "name" in d.id) values.add(d.id.name as string);
  }
  const internal = new Set(
    [
      ...source.matchAll(/@internal[^/]*?\*\/\s*export (?:abstract )?(?:class|function|const|interface|type) (\w+)/g),
    ].map((m) => m[1]!),
  );
  const found = new Map<string, Exported>();
  for (const statement of module.staticExports) {
    for (const entry of statement.entries) {
      const name = entry.exportName.name;
      if (entry.exportName.kind !== "Name" || !name || entry.moduleRequest || internal.has(name)) continue;
      found.set(name, { name, type: !values.has(name) && entry.isType });
    }
  }
  return [...found.values()];
}

function lines(dir: string, files: readonly string[], hidden: RegExp | undefined): string[] {
  return files.flatMap((file) => {
    const names = exportsOf(join(dir, file))
      .filter((e) => !hidden?.test(e.name))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    if (names.length === 0) return [];
    return [`export { ${names.map((e) => (e.type ? `type ${e.name}` : e.name)).join(", ")} } from "./${file}";`];
  });
}

/** Every op that has a class in Keras, for loading graphs in which ops stand as nodes. */
function opTable(dir: string, files: readonly string[]): string {
  const imports: string[] = [];
  const names: string[] = [];
  for (const file of files) {
    if (!/\bkeras[:,]|"keras\.src\./.test(readFileSync(join(dir, file), "utf8"))) continue;
    const own = exportsOf(join(dir, file))
      .filter((e) => !e.type && /^[a-z]\w*Op$/.test(e.name) && e.name !== "defineOp")
      .map((e) => e.name)
      .sort();
    if (own.length === 0) continue;
    const local = own.map((name) => (names.includes(name) ? `${name}${names.length}` : name));
    imports.push(
      `import { ${own.map((name, i) => (local[i] === name ? name : `${name} as ${local[i]}`)).join(", ")} } from "./${file}";`,
    );
    names.push(...local);
  }
  return `${header}import type { OpDef } from "./op.ts";
${imports.join("\n")}

/** The ops that may stand in a graph as nodes of their own, by the class that Python Keras has for them. */
export const OPERATIONS: Readonly<Record<string, readonly OpDef[]>> = /* @__PURE__ */ byClass([
  ${names.join(",\n  ")},
] as unknown as OpDef[]);

function byClass(ops: readonly OpDef[]): Record<string, OpDef[]> {
  const table: Record<string, OpDef[]> = {};
  for (const op of ops) if (op.keras !== undefined) (table[op.keras] ??= []).push(op);
  return table;
}
`;
}

const header = "// Generated by scripts/gen-index.ts: do not edit.\n";
const stale: string[] = [];
for (const [pkg, rules] of Object.entries(RULES)) {
  const dir = join(root, "packages", pkg, "src");
  const spaces = rules.namespaces ?? {};
  const all = globSync("**/*.ts", { cwd: dir })
    .map((f) => f.replaceAll("\\", "/"))
    .filter(
      (f) =>
        f !== "index.ts" &&
        f !== "op-table.ts" &&
        basename(f) !== "namespace.ts" &&
        !f.endsWith(".test.ts") &&
        !rules.internal?.some((i) => f.startsWith(i)),
    )
    .sort();
  const outputs = new Map<string, string>();
  if (pkg === "ops") outputs.set(join(dir, "op-table.ts"), opTable(dir, all));
  const flat = all.filter((f) => !Object.keys(spaces).some((s) => f.startsWith(`${s}/`)));
  const spaceLines: string[] = [];
  for (const [folder, name] of Object.entries(spaces)) {
    const files = all.filter((f) => f.startsWith(`${folder}/`)).map((f) => f.slice(folder.length + 1));
    if (files.length === 0) continue;
    outputs.set(
      join(dir, folder, "namespace.ts"),
      header + lines(join(dir, folder), files, rules.hidden).join("\n") + "\n",
    );
    spaceLines.push(`export * as ${name} from "./${folder}/namespace.ts";`);
  }
  const body = [...(rules.preamble ?? []), ...spaceLines, ...lines(dir, flat, rules.hidden)];
  outputs.set(join(dir, "index.ts"), header + (body.length > 0 ? body.join("\n") : "export {};") + "\n");
  for (const [file, text] of outputs) {
    let before = "";
    try {
      before = readFileSync(file, "utf8");
    } catch {}
    if (before === text) continue;
    stale.push(file.slice(root.length + 1));
    if (!process.argv.includes("--check")) writeFileSync(file, text);
  }
}
if (process.argv.includes("--check")) {
  if (stale.length > 0) {
    console.error(`stale: ${stale.join(", ")}: run \`npm run gen\``);
    process.exit(1);
  }
  console.log("package indices are up to date");
} else console.log(stale.length > 0 ? `wrote ${stale.join(", ")}` : "package indices are up to date");

// Writes docs/ops.md: every op of Keras by family, with what it does.
//
//   node scripts/gen-ops-page.ts [--check]
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { documentedFunctions, wantedFunctions, type Documented } from "./lib/docstrings.ts";
import { ROOT } from "./lib/workspace.ts";

const FILE = join(ROOT, "docs/ops.md");

/** Families by the folder of their sources, in the order of the page. */
const FAMILIES: Readonly<Record<string, string>> = {
  "ops/src/numpy": "Arrays",
  "ops/src/math": "Mathematics",
  "ops/src/linalg": "Linear algebra",
  "ops/src/nn": "Neural networks",
  "layers/src/activations": "Activations",
  "ops/src/image": "Images",
  "ops/src/random": "Random numbers",
  "ops/src/einops": "Rearrangement by name",
  "ops/src/core": "Control flow, slices and conversion",
  "ops/src/autodiff": "Gradients",
  "ops/src/batching": "Mapping over examples",
  "ops/src/tree": "Trees",
  "ops/src": "Settings and kinds",
};

/** A table cell: pipes and line ends would break it. */
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** The first paragraph of a docstring. */
function summary({ doc }: Documented): string {
  const lines = doc.split("\n").map((line) => line.replace(/^\s*\*+ ?/, "").trim());
  const text = lines.join("\n").trim();
  return text
    .split(/\n\s*\n|\n@/)[0]!
    .replaceAll("\n", " ")
    .replace(/\s*@\w+.*$/, "")
    .trim();
}

const familyOf = (file: string): string =>
  Object.keys(FAMILIES).find((folder) => file.startsWith(`packages/${folder}/`)) ?? "ops/src";

/** The page. */
export function opsPage(): string {
  const functions = documentedFunctions();
  const rows = new Map<string, string[]>(Object.keys(FAMILIES).map((folder) => [folder, []]));
  const names = [...wantedFunctions()].toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  for (const name of names) {
    const found = functions.get(name) ?? functions.get(`${name}_`);
    if (found) rows.get(familyOf(found.file))!.push(`| \`${name}\` | ${cell(summary(found))} |`);
  }
  const sections = [...rows]
    .filter(([, lines]) => lines.length > 0)
    .map(([folder, lines]) => `## ${FAMILIES[folder]}\n\n| Op | What it does |\n| --- | --- |\n${lines.join("\n")}\n`);
  const count = [...rows.values()].flat().length;
  return `<!-- Written by \`node scripts/gen-ops-page.ts\` from the docstrings. -->

# Ops

The ${count} functions of Keras's ops, random numbers, activations, trees and settings, by family. Shapes, options, errors and an example stand
in the docstring of each: your editor shows it, and \`npm run docs\` makes pages of them.

${sections.join("\n")}`;
}

/** Whether the page in \`docs\` is what it would be written as; runs of spaces and dashes are the formatter's. */
function isFresh(): boolean {
  const plain = (text: string): string => text.replaceAll(/[ -]+/g, " ").trim();
  return plain(readFileSync(FILE, "utf8")) === plain(opsPage());
}

if (!process.argv.includes("--check")) writeFileSync(FILE, opsPage());
else if (!isFresh()) {
  console.error("docs/ops.md is stale: run npm run gen");
  process.exitCode = 1;
}

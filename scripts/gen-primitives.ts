// Writes docs/primitives.md: what each primitive means and why it is one.
//
//   node scripts/gen-primitives.ts [--check]
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PRIMITIVES, type PrimitiveName } from "../packages/ops/src/primitives.ts";
import { FAMILIES } from "./primitives.ts";
import { ROOT } from "./lib/workspace.ts";

const FILE = join(ROOT, "docs/primitives.md");

/** A table cell: pipes and line ends would break it. */
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** The page. @throws when a primitive has no reason, or two. */
export function primitivesPage(): string {
  const reasons = FAMILIES.flatMap(({ members }) => Object.keys(members));
  const names = Object.keys(PRIMITIVES);
  const missing = names.filter((name) => !reasons.includes(name));
  const twice = reasons.filter((name, i) => reasons.indexOf(name) !== i || !names.includes(name));
  if (missing.length > 0 || twice.length > 0) {
    throw new Error(
      `scripts/primitives.ts: no reason for ${missing.join(", ") || "none"}; out of place: ${twice.join(", ") || "none"}`,
    );
  }
  const sections = FAMILIES.map(({ title, why, members }) => {
    const rows = Object.entries(members).map(
      ([name, reason]) => `| \`${name}\` | ${cell(PRIMITIVES[name as PrimitiveName])} | ${cell(reason)} |`,
    );
    return [`## ${title}`, "", why, "", "| Primitive | Meaning | Why |", "| --- | --- | --- |", ...rows, ""].join("\n");
  });
  return `<!-- Written by \`node scripts/gen-primitives.ts\` from packages/ops/src/primitives.ts and scripts/primitives.ts. -->

# Primitives

The ${names.length} ops that engines and lowerings implement; every other op is a composition of them. The list is closed: a new member needs a kernel in the reference engine, an
entry in each lowering, gradient and batching rules, and a reason why no composition will do. These are the reasons.

${sections.join("\n")}`;
}

/** Whether the page in \`docs\` is what it would be written as; runs of spaces and dashes are the formatter's. */
export function isFresh(): boolean {
  const plain = (text: string): string => text.replaceAll(/[ -]+/g, " ").trim();
  return plain(readFileSync(FILE, "utf8")) === plain(primitivesPage());
}

if (import.meta.main) {
  if (!process.argv.includes("--check")) writeFileSync(FILE, primitivesPage());
  else if (!isFresh()) {
    console.error("docs/primitives.md is stale: run node scripts/gen-primitives.ts");
    process.exitCode = 1;
  }
}

/**
 * Picks recorded cases that are worth keeping: those that hold on every reported backend, some of each op.
 *
 *     node conformance/record/select.ts FOLDER TARGET PER_OP REPORT...
 *
 * A REPORT is what `main.ts --cases FOLDER --json REPORT` wrote. Of errors only those that Keras itself raises are kept: what its numeric
 * library refuses is no promise. Gradients go where their calls go.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { idOf, openCases } from "../cases.ts";
import type { Report } from "../report.ts";
import type { Row } from "../row.ts";

const keptError = ({ e }: Row): boolean =>
  e === undefined || (e[1].startsWith("keras:") && !e[1].startsWith("keras:backend/") && e[0] !== "AttributeError");

/** `count` items spread evenly over a list. */
function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);
}

function select(folder: string, target: string, perOp: number, reports: readonly Report[]): number {
  const cases = openCases(folder);
  const failed = new Set(reports.flatMap(({ failures }) => failures.map(({ category, id }) => `${category}:${id}`)));
  const holds = (category: string, id: string): boolean => !failed.has(`${category}:${id}`);
  let total = 0;
  const write = (category: string, name: string, lines: readonly string[]): void => {
    if (lines.length === 0) return;
    const file = join(target, category, `${name}.jsonl`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${lines.join("\n")}\n`);
    total += lines.length;
  };
  for (const { category, name } of cases.units) {
    if (category === "grads") continue;
    const lines = cases
      .lines(category, name)
      .filter((line) => keptError(JSON.parse(line) as Row) && holds(category, idOf(line)));
    const kept = spread(lines, perOp);
    write(category, name, kept);
    if (category !== "ops") continue;
    const ids = new Set(kept.map(idOf));
    write(
      "grads",
      name,
      cases.lines("grads", name).filter((line) => ids.has(idOf(line)) && holds("grads", idOf(line))),
    );
  }
  return total;
}

const [folder, target, perOp, ...files] = process.argv.slice(2);
if (folder === undefined || target === undefined || files.length === 0)
  throw new Error("usage: node conformance/record/select.ts FOLDER TARGET PER_OP REPORT...");
const reports = files.map((file) => JSON.parse(readFileSync(file, "utf8")) as Report);
console.log(`${select(folder, target, Number(perOp), reports)} cases`);

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Outcome } from "./outcome.ts";
import { nameOf } from "./row.ts";

/** Per category, the ops or classes all of whose cases must pass. */
export type Required = Readonly<Record<string, readonly string[]>>;

export const BASELINE: string = join(import.meta.dirname, "expected.json");

function readAll(file: string): Record<string, Required> {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, Required>) : {};
}

/** What must pass on a backend. */
export function readBaseline(backend: string, file: string = BASELINE): Required {
  return readAll(file)[backend] ?? {};
}

/** Failures of cases that the baseline requires. */
export function regressions(required: Required, outcomes: readonly Outcome[]): Outcome[] {
  return outcomes.filter((o) => o.status === "fail" && required[o.category]?.includes(nameOf(o.id)));
}

/** The baseline with every op or class added of which no case failed, and at least one passed. Nothing is taken away. */
export function raised(required: Required, outcomes: readonly Outcome[]): Required {
  const failed = new Set(outcomes.filter((o) => o.status === "fail").map((o) => `${o.category} ${nameOf(o.id)}`));
  const next = new Map(Object.entries(required).map(([category, names]) => [category, new Set(names)]));
  for (const { category, id, status } of outcomes) {
    if (status !== "pass" || failed.has(`${category} ${nameOf(id)}`)) continue;
    next.set(category, (next.get(category) ?? new Set()).add(nameOf(id)));
  }
  return Object.fromEntries(
    [...next].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([category, set]) => [category, [...set].toSorted()]),
  );
}

/** One line per category, so that a diff shows what was gained. */
export function writeBaseline(backend: string, required: Required, file: string = BASELINE): void {
  const all = { ...readAll(file), [backend]: required };
  const backends = Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const text = backends.map(([name, categories]) => {
    const lines = Object.entries(categories).map(
      ([category, names]) => `    ${JSON.stringify(category)}: ${JSON.stringify(names)}`,
    );
    return `  ${JSON.stringify(name)}: {\n${lines.join(",\n")}\n  }`;
  });
  writeFileSync(file, `{\n${text.join(",\n")}\n}\n`);
}

import type { Outcome } from "./outcome.ts";
import { nameOf } from "./row.ts";

export interface Counts {
  pass: number;
  fail: number;
  skip: number;
}

/** What `--json` writes. */
export interface Report {
  readonly backend: string;
  readonly categories: Readonly<Record<string, Counts>>;
  readonly failures: readonly { readonly category: string; readonly id: string; readonly reason: string }[];
}

export function makeReport(backend: string, outcomes: readonly Outcome[]): Report {
  const categories: Record<string, Counts> = {};
  for (const { category, status } of outcomes) (categories[category] ??= { pass: 0, fail: 0, skip: 0 })[status]++;
  return {
    backend,
    categories: Object.fromEntries(Object.entries(categories).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    failures: outcomes
      .filter((o) => o.status === "fail")
      .map(({ category, id, reason }) => ({ category, id, reason: reason ?? "failed" })),
  };
}

const share = ({ pass, fail }: Counts): string =>
  pass + fail === 0 ? "-" : `${((100 * pass) / (pass + fail)).toFixed(1)}%`;

/** The share of all cases that were skipped. */
export function skippedShare(categories: Report["categories"]): number {
  const counts = Object.values(categories);
  const all = counts.reduce((n, { pass, fail, skip }) => n + pass + fail + skip, 0);
  return all === 0 ? 0 : counts.reduce((n, { skip }) => n + skip, 0) / all;
}

/** A table of counts per category with a total. */
export function formatTable({ backend, categories }: Report): string {
  const total: Counts = { pass: 0, fail: 0, skip: 0 };
  for (const counts of Object.values(categories))
    for (const key of ["pass", "fail", "skip"] as const) total[key] += counts[key];
  const line = (name: string, counts: Counts): string =>
    [
      name.padEnd(22),
      ...[counts.pass, counts.fail, counts.skip].map((n) => String(n).padStart(7)),
      share(counts).padStart(8),
    ].join("");
  const head = [
    "category".padEnd(22),
    ...["pass", "fail", "skip", "passed"].map((h, i) => h.padStart(i === 3 ? 8 : 7)),
  ].join("");
  const rows = Object.entries(categories).map(([name, counts]) => line(name, counts));
  const skipped = `skipped ${(100 * skippedShare(categories)).toFixed(2)}% of ${total.pass + total.fail + total.skip} cases`;
  return [`Keras cases on backend '${backend}'`, head, ...rows, line("total", total), skipped].join("\n");
}

/** Failures grouped by op or class, the worst first: one example reason each. */
export function formatFailures(outcomes: readonly Outcome[], verbose: boolean): string {
  const failed = outcomes.filter((o) => o.status === "fail");
  if (verbose)
    return failed.map((o) => `✗ ${o.category}:${o.id} ${o.reason}${o.stack ? `\n${o.stack}` : ""}`).join("\n");
  const groups = new Map<string, Outcome[]>();
  for (const o of failed)
    groups.set(`${o.category}:${nameOf(o.id)}`, [...(groups.get(`${o.category}:${nameOf(o.id)}`) ?? []), o]);
  const sorted = [...groups].toSorted(([, a], [, b]) => b.length - a.length);
  return sorted
    .map(([name, group]) => `✗ ${name} ×${group.length}  ${group[0]!.id}: ${group[0]!.reason?.slice(0, 160)}`)
    .join("\n");
}

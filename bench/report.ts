import { availableParallelism, cpus, totalmem } from "node:os";
import type { BenchCase } from "./cases.ts";
import { compare, isFinished, overheads } from "./compare.ts";
import type { Ratio, Ratios } from "./compare.ts";
import type { Failed, Finished } from "./interleave.ts";
import type { Measure } from "./protocol.ts";
import { median } from "./statistics.ts";

/** The results of one case, in the order of the tables. */
export interface CaseResults {
  readonly name: string;
  readonly case: BenchCase;
  readonly results: readonly (Finished | Failed)[];
}

const MEASURES: readonly (readonly [Measure, string])[] = [
  ["step", "bare step"],
  ["train", "trainOnBatch"],
  ["fit", "fit, per step"],
  ["predict-1", "predict 1"],
  ["predict-32", "predict 32"],
];

const RATIOS: readonly (readonly [string, string])[] = [
  ...MEASURES,
  ["startup", "first step"],
  ["memory", "peak memory"],
];

/** The figures of one case as Markdown: a table of the sides, and for each of our backends one of ratios. */
export function markdown({ name, case: benchCase, results }: CaseResults): string {
  const finished = results.filter(isFinished);
  const failed = results.filter((result): result is Failed => !isFinished(result));
  const parts = [
    `## ${name}`,
    `${benchCase.model}, input ${benchCase.input.join(" × ")}, Adam, batch ${benchCase.batch}`,
  ];
  if (finished.length > 0) parts.push(figures(finished));
  for (const result of failed) parts.push(`- **${result.participant.label} failed**: ${result.reason}`);
  for (const side of finished.filter(({ participant }) => participant.kind === "ours")) {
    const others = finished.filter((other) => other !== side);
    if (others.length > 0) parts.push(ratios(side, others));
    const { fit, train } = overheads(side);
    if (fit !== undefined && train !== undefined) {
      parts.push(
        `${side.participant.label}: beside a bare step, \`trainOnBatch\` takes ${percent(train)} and \`fit\` ${percent(fit)}.`,
      );
    }
  }
  const foreign = finished.flatMap((side) => side.foreign);
  if (foreign.length > 0) {
    const share = median(foreign) / availableParallelism();
    parts.push(`Other programs kept ${Math.round(100 * share)} % of the machine busy (median of the blocks).`);
  }
  return `${parts.join("\n\n")}\n`;
}

function figures(sides: readonly Finished[]): string {
  const measures = MEASURES.filter(([measure]) => sides.some((side) => side.rounds[measure] !== undefined));
  const rows = sides.map((side) => [
    side.participant.label,
    side.engine,
    ...measures.map(([measure]) => milliseconds(side, measure)),
    (side.startupMs / 1e3).toFixed(2),
    (side.peakBytes / 1e6).toFixed(0),
  ]);
  const heads = measures.map(([, label]) => `${label}, ms`);
  return table(["", "engine", ...heads, "start to first step, s", "peak memory, MB"], rows);
}

function ratios(side: Finished, others: readonly Finished[]): string {
  const compared = others.map((other) => [other.participant.label, compare(side, other)] as const);
  const columns = RATIOS.filter(([key]) => compared.some(([, values]) => values[key] !== undefined));
  const rows = compared.map(([label, values]) => [label, ...columns.map(([key]) => ratioCell(values[key]))]);
  const title = `**${side.participant.label}** takes, as a multiple of (below 1: less than):`;
  return `${title}\n\n${table(["", ...columns.map(([, label]) => label)], rows)}`;
}

/** A table whose first column is text. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map((_, column) => (column === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

function milliseconds(side: Finished, measure: Measure): string {
  const value = overallMedian(side, measure);
  return value === null ? "" : value.toPrecision(3);
}

function overallMedian(side: Finished, measure: Measure): number | null {
  const rounds = (side.rounds[measure] ?? []).filter((value) => value !== null);
  return rounds.length === 0 ? null : median(rounds);
}

function ratioCell(ratio: Ratio | undefined): string {
  return ratio === undefined ? "" : ratio.median.toFixed(2);
}

function percent(ratio: Ratio): string {
  const more = Math.round(100 * (ratio.median - 1));
  return more < 0 ? `${-more} % less` : `${more} % more`;
}

/** When and where something was measured. */
export function machineJson(): object {
  const [cpu] = cpus();
  return {
    date: new Date().toISOString(),
    machine: {
      cpu: cpu?.model ?? "unknown",
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      platform: `${process.platform} ${process.arch}`,
      node: process.version,
    },
  };
}

/** Everything measured, for `--json`. */
export function json(cases: readonly CaseResults[], options: object): object {
  return {
    ...machineJson(),
    options,
    cases: Object.fromEntries(cases.map((results) => [results.name, caseJson(results)])),
  };
}

function caseJson({ case: benchCase, results }: CaseResults): object {
  const finished = results.filter(isFinished);
  const comparisons: Record<string, { against: Record<string, Ratios>; overheads: Ratios }> = {};
  for (const side of finished.filter(({ participant }) => participant.kind === "ours")) {
    const others = finished.filter((other) => other !== side);
    comparisons[side.participant.name] = {
      against: Object.fromEntries(others.map((other) => [other.participant.name, compare(side, other)])),
      overheads: overheads(side),
    };
  }
  return {
    ...benchCase,
    sides: Object.fromEntries(results.map((result) => [result.participant.name, sideJson(result)])),
    ratios: comparisons,
  };
}

function sideJson(result: Finished | Failed): object {
  const { label } = result.participant;
  if (!isFinished(result)) return { label, status: "failed", reason: result.reason };
  const { engine, parameters, startupMs, peakBytes, rounds, foreign } = result;
  const measures = Object.keys(rounds) as Measure[];
  return {
    label,
    status: "ok",
    engine,
    parameters,
    startupMs,
    peakBytes,
    medianMs: Object.fromEntries(measures.map((measure) => [measure, overallMedian(result, measure)])),
    roundsMs: rounds,
    foreignCores: foreign.length === 0 ? null : median(foreign),
  };
}

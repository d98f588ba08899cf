import { ratioOfRounds, type Ratio } from "../compare.ts";
import { machineJson, table } from "../report.ts";
import { median, quantile } from "../statistics.ts";
import { SIZES, type Size } from "./cases.ts";
import type { OpResult, OpRounds } from "./measure.ts";
import type { TrainStepTimes } from "./protocol.ts";

export interface OpsReport {
  readonly engines: Readonly<Record<string, string>>;
  /** Sides that did not start, and why. */
  readonly missing: Readonly<Record<string, string>>;
  /** Sides and modes: ours, then those they are compared with. */
  readonly ours: readonly string[];
  readonly others: readonly string[];
  readonly results: readonly OpResult[];
  readonly trainSteps: Readonly<Record<string, TrainStepTimes>>;
  readonly foreign: readonly number[];
}

/** The ratios of two sides over all ops of a size. */
export interface Summary {
  readonly ops: number;
  readonly median: number;
  readonly quartiles: readonly [number, number];
  /** The op that does worst, and its ratio. */
  readonly worst: readonly [op: string, ratio: number];
}

/** Time of one side as a multiple of another's, per op; ops that one of them lacks are left out. */
function ratios(results: readonly OpResult[], side: string, other: string): Record<string, Ratio> {
  return Object.fromEntries(
    results.flatMap(({ op, rounds }) => {
      const ratio = ratioOfRounds(rounds[side], rounds[other]);
      return ratio ? [[op, ratio]] : [];
    }),
  );
}

export function summary(results: readonly OpResult[], side: string, other: string): Summary | null {
  const all = Object.entries(ratios(results, side, other)).map(([op, ratio]) => [op, ratio.median] as const);
  if (all.length === 0) return null;
  const values = all.map(([, value]) => value);
  return {
    ops: all.length,
    median: median(values),
    quartiles: [quantile(values, 0.25), quantile(values, 0.75)],
    worst: all.reduce((a, b) => (b[1] > a[1] ? b : a)),
  };
}

const sizesOf = ({ results }: OpsReport): readonly Size[] =>
  SIZES.filter((size) => results.some((result) => result.size === size));

/** The sides, and the compilation of the train step. */
export function headMarkdown({ engines, missing, trainSteps }: OpsReport): string {
  const parts = [
    "# Bench of ops",
    Object.values(engines)
      .map((engine) => `- ${engine}`)
      .join("\n"),
  ];
  for (const [name, reason] of Object.entries(missing)) parts.push(`- **${name} is missing**: ${reason}`);
  const steps = Object.entries(trainSteps);
  if (steps.length > 0) {
    const heads = ["trace", "compile", "initialize", "first call", "step"].map((what) => `${what}, ms`);
    const rows = steps.map(([name, step]) => [
      name,
      String(step.nodes),
      String(step.compiledNodes),
      ...[step.traceMs, step.compileMs, step.initializeMs, step.firstCallMs, step.stepMs].map((ms) =>
        ms.toPrecision(3),
      ),
    ]);
    parts.push("## Train step", table(["", "nodes traced", "nodes compiled", ...heads], rows));
  }
  return `${parts.join("\n\n")}\n`;
}

/** The figures of one size: what each of ours takes beside the others at the median op, then every op. */
export function sizeMarkdown({ ours, others, results }: OpsReport, size: Size): string {
  const here = results.filter((result) => result.size === size);
  const parts = [`## ${size}`];
  if (others.length > 0) {
    const rows = ours.map((side) => [side, ...others.map((other) => summaryCell(summary(here, side, other)))]);
    parts.push(
      "Time as a multiple of (below 1: less than), median op (quartiles; the worst op):",
      table(["", ...others], rows),
    );
  }
  const sides = [...ours, ...others];
  const times = here.map(({ op, rounds, lacking }) => [
    op,
    ...sides.map((side) => milliseconds(rounds[side]) ?? (lacking[side.split(" ")[0]!] === undefined ? "" : "–")),
  ]);
  parts.push("Milliseconds per call:", table(["", ...sides], times));
  return `${parts.join("\n\n")}\n`;
}

/** What could not be compared, and how quiet the machine was. */
export function tailMarkdown({ results, foreign }: OpsReport): string {
  const parts: string[] = [];
  const reasons = lackingLines(results);
  if (reasons.length > 0) parts.push(`Not compared:\n\n${reasons.join("\n")}`);
  if (foreign.length > 0)
    parts.push(`Other programs kept ${median(foreign).toFixed(2)} cores busy (median of the blocks).`);
  return parts.length === 0 ? "" : `${parts.join("\n\n")}\n`;
}

function summaryCell(found: Summary | null): string {
  if (!found) return "";
  const [low, high] = found.quartiles;
  const [op, worst] = found.worst;
  return `${found.median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)}; ${op} ${worst.toFixed(1)})`;
}

function milliseconds(rounds: OpRounds | undefined): string | null {
  const values = (rounds ?? []).filter((value) => value !== null);
  return values.length === 0 ? null : median(values).toPrecision(3);
}

/** Why sides are left out, once for all sizes with the same reason. */
function lackingLines(results: readonly OpResult[]): string[] {
  const lines = results.flatMap(({ op, lacking }) =>
    Object.entries(lacking).map(([side, reason]) => `- ${op}, ${side}: ${reason}`),
  );
  return [...new Set(lines)];
}

/** Everything measured, for `--json`. */
export function opsJson(report: OpsReport, options: object): object {
  const { ours, others, results } = report;
  return {
    ...machineJson(),
    options,
    engines: report.engines,
    missing: report.missing,
    foreignCores: report.foreign.length === 0 ? null : median(report.foreign),
    trainSteps: report.trainSteps,
    summary: Object.fromEntries(
      sizesOf(report).map((size) => {
        const here = results.filter((result) => result.size === size);
        const rows = ours.map((side) => [
          side,
          Object.fromEntries(others.map((other) => [other, summary(here, side, other)])),
        ]);
        return [size, Object.fromEntries(rows)];
      }),
    ),
    results: results.map((result) => ({
      ...result,
      ratios: Object.fromEntries(
        ours.map((side) => [
          side,
          Object.fromEntries(others.map((other) => [other, ratios([result], side, other)[result.op] ?? null])),
        ]),
      ),
    })),
  };
}

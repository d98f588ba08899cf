// The bench of ops: that its sides compute the same and its report says what was measured. No test looks at a time.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { OP_NAMES, operandsOf, SIZES } from "../ops/cases.ts";
import type { OpResult } from "../ops/measure.ts";
import { parseOpsOptions } from "../ops/options.ts";
import { OURS } from "../ops/ours.ts";
import { headMarkdown, opsJson, sizeMarkdown, summary, tailMarkdown, type OpsReport } from "../ops/report.ts";
import { UsageError } from "../options.ts";

const main = join(import.meta.dirname, "../ops/main.ts");

/** Runs the command as short as it can be, and gives what it printed and wrote. */
function bench(...args: string[]): { status: number | null; stdout: string; stderr: string; written: OpsReport } {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const file = join(folder, "ops.json");
  try {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--conditions=@keras/source", main, "--rounds", "1", "--ms", "1", "--json", file, ...args],
      { encoding: "utf8" },
    );
    if (status !== 0) throw new Error(`${stdout}\n${stderr}`);
    return { status, stdout, stderr, written: JSON.parse(readFileSync(file, "utf8")) as OpsReport };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it("has forty ops, each with operands of every size", () => {
  expect(OP_NAMES).toHaveLength(40);
  expect(Object.keys(OURS).sort()).toEqual([...OP_NAMES].sort());
  for (const op of OP_NAMES)
    for (const { values, shape } of operandsOf(op, SIZES[0]))
      expect(values).toHaveLength(shape.reduce((product, dim) => product * dim, 1));
});

it("computes the same here, eagerly and compiled, as TensorFlow.js on every op", () => {
  const { stdout, written } = bench(
    "--size",
    "small",
    "--backend",
    "onnx,ref",
    "--against",
    "tfjs-cpu",
    "--nodes",
    "40",
  );
  expect(written.results.map(({ op }) => op)).toEqual(OP_NAMES);
  for (const { op, rounds, lacking } of written.results) {
    // Sorting is the one op that TensorFlow.js has not.
    expect({ op, lacking }).toEqual({
      op,
      lacking: op === "sort" ? { "tfjs-cpu": "TensorFlow.js has no such op" } : {},
    });
    for (const side of ["onnx eager", "onnx jit", "ref eager", "ref jit"]) expect(rounds[side]![0]).toBeGreaterThan(0);
  }
  expect(stdout).toContain("| onnx jit |");
  expect(written.trainSteps["onnx"]!.nodes).toBeGreaterThanOrEqual(40);
  expect(written.trainSteps["ref"]!.compileMs).toBeGreaterThan(0);
}, 300_000);

it("goes on without a side that is not installed", () => {
  const { stdout, written } = bench(
    "--op",
    "add",
    "--size",
    "small",
    "--backend",
    "ref",
    "--against",
    "tfjs-node",
    "--nodes",
    "0",
  );
  if ("tfjs-node" in written.missing) expect(stdout).toContain("**tfjs-node is missing**");
  else expect(written.results[0]!.rounds["tfjs-node eager"]![0]).toBeGreaterThan(0);
  expect(written.results[0]!.rounds["ref eager"]).toHaveLength(1);
}, 60_000);

describe("report", () => {
  const result = (op: OpResult["op"], mine: number[], other: (number | null)[]): OpResult => ({
    op,
    size: "large",
    rounds: { "onnx jit": mine, "numpy eager": other },
    lacking: {},
  });
  const results = [
    result("add", [1, 2, 3], [2, 4, 6]),
    result("exp", [3, 3, 3], [1, 1, null]),
    result("log", [1, 1, 1], [1, 1, 1]),
    { ...result("sort", [1, 1, 1], []), lacking: { numpy: "no such op" } },
  ];
  const report: OpsReport = {
    engines: { onnx: "engine 1" },
    missing: { "tfjs-node": "not installed" },
    ours: ["onnx jit"],
    others: ["numpy eager"],
    results,
    trainSteps: {},
    foreign: [0.5],
  };

  it("takes the median of the rounds' ratios per op, and over the ops", () => {
    expect(summary(results, "onnx jit", "numpy eager")).toEqual({
      ops: 3,
      median: 1,
      quartiles: [0.75, 2],
      worst: ["exp", 3],
    });
    expect(summary(results, "onnx jit", "tfjs-cpu eager")).toBeNull();
  });

  it("prints ratios, times and what is missing", () => {
    const text = headMarkdown(report) + sizeMarkdown(report, "large") + tailMarkdown(report);
    expect(text).toContain("| onnx jit | 1.00 (0.75–2.00; exp 3.0) |");
    expect(text).toContain("| add | 2.00 | 4.00 |");
    expect(text).toContain("| sort | 1.00 | – |");
    expect(text).toContain("- sort, numpy: no such op");
    expect(text).toContain("**tfjs-node is missing**: not installed");
  });

  it("keeps every figure in JSON", () => {
    expect(opsJson(report, {})).toMatchObject({
      summary: { large: { "onnx jit": { "numpy eager": { median: 1 } } } },
      results: [{ op: "add", ratios: { "onnx jit": { "numpy eager": { median: 0.5 } } } }, {}, {}, {}],
    });
  });
});

describe("parseOpsOptions", () => {
  it("takes everything by default", () => {
    const options = parseOpsOptions([]);
    expect(options).toMatchObject({ ops: OP_NAMES, sizes: SIZES, nodes: 300 });
    expect(options.backends).toContain("onnx");
    expect(options.against).toContain("numpy");
    expect(parseOpsOptions(["--op", "add,exp", "--nodes", "0"])).toMatchObject({ ops: ["add", "exp"], nodes: 0 });
  });

  it.each([
    [["--op", "addd"], "--op addd: there are add, biasAdd"],
    [["--size", "huge"], "--size huge: there are small"],
    [["--nodes", "-3"], "--nodes"],
    [["--roundss", "3"], "--roundss"],
  ])("refuses %j", (args, message) => {
    expect(() => parseOpsOptions(args)).toThrow(UsageError);
    expect(() => parseOpsOptions(args)).toThrow(message);
  });
});

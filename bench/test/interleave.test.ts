import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compare, isFinished, overheads } from "../compare.ts";
import { interleave } from "../interleave.ts";
import type { Failed, Finished } from "../interleave.ts";
import type { Participant } from "../participants.ts";
import { json, markdown } from "../report.ts";

const benchCase = { model: "mlp", batch: 2, input: [3], fitSteps: 4 } as const;

function fake(name: string, kind: Participant["kind"], ...args: string[]): Participant {
  const worker = join(import.meta.dirname, "fake-worker.ts");
  return { name, label: name, kind, command: { file: process.execPath, args: [worker, ...args] } };
}

function run(...participants: Participant[]): Promise<(Finished | Failed)[]> {
  const schedule = { rounds: 3, ms: 20, timeoutMs: 20_000 };
  return interleave(participants, "fake", benchCase, schedule, () => {});
}

describe("interleave", () => {
  it("measures every side in every round and compares them", async () => {
    const [quick, slow] = await run(fake("quick", "ours", "2"), fake("slow", "keras", "40"));
    if (!isFinished(quick!) || !isFinished(slow!)) throw new Error("a side failed");
    expect(quick.rounds.train).toHaveLength(3);
    expect(slow.rounds.fit).toHaveLength(3);
    expect(quick.peakBytes).toBeGreaterThan(1e7);
    expect(quick.startupMs).toBeGreaterThan(10);
    const { train, fit, step } = compare(quick, slow);
    expect(train!.median).toBeLessThan(1);
    expect(fit!.median).toBeLessThan(1);
    expect(step).toBeUndefined();
    expect(overheads(quick)).toEqual({});
  });

  it("reports a side that fails, whenever it does, and measures the others", async () => {
    const results = await run(
      fake("never starts", "ours", "1", "at start"),
      fake("never prepares", "keras", "1", "at prepare"),
      fake("fails midway", "keras", "1", "fit"),
      fake("absent", "keras"),
      fake("sound", "keras", "1"),
    );
    const reasons = results.map((result) => (isFinished(result) ? "" : result.reason));
    expect(reasons[0]).toContain("TypeError: this engine never starts");
    expect(reasons[1]).toBe("RangeError: this model is too large");
    expect(reasons[2]).toBe("RangeError: this engine has no fit");
    expect(reasons[4]).toBe("");
    const report = markdown({ name: "fake", case: benchCase, results });
    expect(report).toContain("**never prepares failed**: RangeError: this model is too large");
    expect(report).toContain("| sound | fake 1.0 |");
  });

  it("reports a program that is not there", async () => {
    const missing = fake("missing", "keras", "1");
    const [result] = await run({ ...missing, command: { file: "no-such-program", args: [] } });
    expect(result).toMatchObject({ reason: expect.stringContaining("ENOENT") });
  });
});

describe("report", () => {
  const side = (name: string, kind: Participant["kind"], rounds: Finished["rounds"]): Finished => ({
    participant: fake(name, kind),
    engine: `${name} 1.0`,
    parameters: 7,
    startupMs: 500,
    peakBytes: 1e8,
    rounds,
    foreign: [],
  });
  const ours = side("onnx", "ours", { step: [10, 20, null], train: [11, 22, null], fit: [12, 24, null] });
  const hand = side("hand", "hand", { step: [10, 10, 10] });
  const failed: Failed = { participant: fake("torch", "keras"), reason: "not installed" };
  const results = { name: "fake", case: benchCase, results: [ours, hand, failed] };

  it("divides round by round and leaves out rounds that one side missed", () => {
    expect(compare(ours, hand).step).toEqual({ median: 1.5, quartiles: [1.25, 1.75] });
    // The bare engine has neither trainOnBatch nor fit: they are held against its step.
    expect(compare(ours, hand).fit!.median).toBeCloseTo(1.8);
    expect(overheads(ours).fit!.median).toBeCloseTo(1.2);
  });

  it("prints figures, ratios and failures as Markdown", () => {
    const text = markdown(results);
    expect(text).toContain("| onnx | onnx 1.0 | 15.0 | 16.5 | 18.0 | 0.50 | 100 |");
    expect(text).toContain("| hand | 1.50 | 1.65 | 1.80 | 1.00 | 1.00 |");
    expect(text).toContain("- **torch failed**: not installed");
    expect(text).toContain("`trainOnBatch` takes 10 % more and `fit` 20 % more.");
  });

  it("keeps every figure in JSON", () => {
    const report = JSON.parse(JSON.stringify(json([results], {}))) as {
      cases: { fake: { sides: Record<string, unknown>; ratios: Record<string, unknown> } };
    };
    expect(report.cases.fake.sides["onnx"]).toMatchObject({ status: "ok", medianMs: { step: 15 } });
    expect(report.cases.fake.sides["torch"]).toEqual({ label: "torch", status: "failed", reason: "not installed" });
    expect(report.cases.fake.ratios["onnx"]).toMatchObject({ against: { hand: { step: { median: 1.5 } } } });
  });
});

import { describe, expect, it } from "vitest";
import { formatSeconds, formatStep, formatValue, ProgbarLogger, progressLine } from "../src/index.ts";

describe("progress lines", () => {
  it("formats times and numbers", () => {
    expect([0, 59.6, 65, 3725].map(formatSeconds)).toEqual(["0s", "1:00", "1:05", "1:02:05"]);
    expect([2.5, 0.016, 0.00035].map(formatStep)).toEqual(["2.5s/step", "16ms/step", "350us/step"]);
    expect([0, 0.98123, 1.2e-5, Number.NaN].map(formatValue)).toEqual(["0.0000", "0.9812", "1.2000e-5", "NaN"]);
  });

  it("shows steps, time left and numbers in alphabetical order", () => {
    const line = progressLine({ done: 5, total: 20, seconds: 1, logs: { loss: 0.5, accuracy: 0.25 }, finished: false });
    expect(line).toBe(` 5/20 ${"━".repeat(5)}${"─".repeat(15)} 3s left 200ms/step - accuracy: 0.2500 - loss: 0.5000`);
    expect(progressLine({ done: 7, total: null, seconds: 7, logs: {}, finished: false })).toContain("7/Unknown");
  });
});

/** A logger that writes to a list, with a clock that the test turns. */
function logger(live: boolean): { bar: ProgbarLogger; out: string[]; clock: { now: number } } {
  const out: string[] = [];
  const clock = { now: 0 };
  const bar = new ProgbarLogger({
    terminal: { live, columns: 60, write: (text) => out.push(text) },
    now: () => clock.now,
  });
  bar.setParams({ verbose: 1, epochs: 2, steps: 3 });
  return { bar, out, clock };
}

describe("ProgbarLogger", () => {
  it("draws over its line on a terminal, and only now and then", () => {
    const { bar, out, clock } = logger(true);
    bar.onTrainBegin();
    bar.onEpochBegin(0);
    clock.now = 500;
    expect(bar.wantsBatchLogs()).toBe(true);
    bar.onTrainBatchEnd(0, { loss: 1 });
    expect(bar.wantsBatchLogs()).toBe(false);
    bar.onTrainBatchEnd(1, { loss: 0.9 });
    clock.now = 900;
    bar.onTrainBatchEnd(2, { loss: 0.8 });
    bar.onEpochEnd(0, { loss: 0.7, val_loss: 0.6 });
    const drawn = out.filter((t) => t.startsWith("\r"));
    expect(drawn).toHaveLength(3);
    expect(drawn.slice(0, 2).every((t) => t.length <= 60 + 4)).toBe(true);
    expect(drawn[2]).toContain("val_loss: 0.6000");
    expect(out[0]).toBe("Epoch 1/2\n");
  });

  it("writes one line per epoch in a pipe, and asks for no numbers in between", () => {
    const { bar, out } = logger(false);
    bar.onTrainBegin();
    bar.onEpochBegin(0);
    expect(bar.wantsBatchLogs()).toBe(false);
    for (let i = 0; i < 3; i++) bar.onTrainBatchEnd(i, {});
    bar.onEpochEnd(0, { loss: 0.5 });
    const text = out.join("");
    expect(text.split("\n")).toHaveLength(3);
    expect(text).not.toContain("\r");
    expect(text).toContain("3/3");
  });

  it("is silent with verbose 0, and during evaluations inside fit", () => {
    const { bar, out } = logger(false);
    bar.setParams({ verbose: 0, epochs: 1, steps: 1 });
    bar.onEpochBegin(0);
    bar.onEpochEnd(0, { loss: 1 });
    expect(out).toEqual([]);
    bar.setParams({ verbose: 1, epochs: 1, steps: 1 });
    bar.onTrainBegin();
    bar.onTestBegin();
    bar.onTestBatchEnd(0, {});
    bar.onTestEnd({ loss: 1 });
    expect(out).toEqual([]);
  });
});

import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import {
  Callback,
  CallbackList,
  CSVLogger,
  EarlyStopping,
  History,
  LambdaCallback,
  LearningRateScheduler,
  ModelCheckpoint,
  ReduceLROnPlateau,
  TerminateOnNaN,
  type AnyModel,
  type Logs,
} from "../src/index.ts";

/** A model as callbacks use it. */
type FakeModel = Omit<AnyModel, "weights"> & {
  stopTraining: boolean;
  saved: string[];
  weights: number;
  set: unknown[];
  optimizer: { rate: number };
};

function fakeModel(): FakeModel {
  const optimizer = {
    rate: 0.1,
    get learningRate(): unknown {
      return { item: () => Promise.resolve(this.rate) };
    },
    set learningRate(value: unknown) {
      this.rate = value as number;
    },
  };
  const model = {
    stopTraining: false,
    saved: [] as string[],
    weights: 0,
    set: [] as unknown[],
    metrics: [{ name: "score", direction: "up" }],
    optimizer,
    getWeights: () => Promise.resolve([model.weights]),
    setWeights: (w: unknown[]) => void model.set.push(...w),
    save: (path: string) => Promise.resolve(void model.saved.push(path)),
    saveWeights: (path: string) => Promise.resolve(void model.saved.push(path)),
  };
  return model as never;
}

async function epochs(callback: Callback, model: ReturnType<typeof fakeModel>, logs: readonly Logs[]): Promise<number> {
  const list = new CallbackList([callback], model as unknown as AnyModel, {
    verbose: 0,
    epochs: logs.length,
    steps: 1,
  });
  await list.call("onTrainBegin", {});
  let epoch = 0;
  for (; epoch < logs.length && !model.stopTraining; epoch++) {
    model.weights = epoch;
    await list.call("onEpochBegin", epoch, {});
    await list.call("onEpochEnd", epoch, logs[epoch]!);
  }
  await list.call("onTrainEnd", {});
  return epoch;
}

const losses = (...values: number[]): Logs[] => values.map((v) => ({ val_loss: v }));

describe("EarlyStopping", () => {
  it("stops after `patience` epochs without improvement and restores the best weights", async () => {
    const model = fakeModel();
    expect(
      await epochs(new EarlyStopping({ patience: 2, restoreBestWeights: true }), model, losses(3, 1, 2, 2, 0)),
    ).toBe(4);
    expect(model.set).toEqual([1]);
  });

  it("counts only changes above minDelta, and waits for startFromEpoch", async () => {
    expect(await epochs(new EarlyStopping({ minDelta: 0.5, patience: 1 }), fakeModel(), losses(3, 2.8, 1))).toBe(2);
    expect(
      await epochs(new EarlyStopping({ patience: 1, startFromEpoch: 2 }), fakeModel(), losses(1, 2, 3, 4, 5)),
    ).toBe(4);
  });

  it("takes the direction from the metric", async () => {
    const scores = [1, 2, 3, 2].map((v) => ({ val_score: v }));
    expect(await epochs(new EarlyStopping({ monitor: "val_score", patience: 1 }), fakeModel(), scores)).toBe(4);
  });

  it("warns once when the number is not there", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    await epochs(new EarlyStopping({ monitor: "val_nothing" }), fakeModel(), losses(1, 2, 3));
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
  });
});

describe("learning rates", () => {
  it("falls on a plateau, rests, and stops at minLr", async () => {
    const model = fakeModel();
    await epochs(new ReduceLROnPlateau({ factor: 0.5, patience: 2, minLr: 0.03 }), model, losses(1, 1, 1, 1, 1, 1, 1));
    expect(model.optimizer.rate).toBeCloseTo(0.03);
    expect(() => new ReduceLROnPlateau({ factor: 1 })).toThrow(/factor/);
  });

  it("follows a schedule", async () => {
    const model = fakeModel();
    await epochs(
      new LearningRateScheduler({ schedule: (epoch, rate) => (epoch === 0 ? rate : rate / 2) }),
      model,
      losses(1, 1, 1),
    );
    expect(model.optimizer.rate).toBeCloseTo(0.025);
  });
});

describe("ModelCheckpoint", () => {
  it("fills numbers into the path and saves only what is better", async () => {
    const model = fakeModel();
    await epochs(
      new ModelCheckpoint({ filepath: "m-{epoch:02d}-{val_loss:.1f}.keras", saveBestOnly: true }),
      model,
      losses(3, 4, 2),
    );
    expect(model.saved).toEqual(["m-01-3.0.keras", "m-03-2.0.keras"]);
  });

  it("refuses paths and numbers that do not fit", () => {
    expect(() => new ModelCheckpoint({ filepath: "model.h5" })).toThrow(/\.keras/);
    expect(() => new ModelCheckpoint({ filepath: "{nothing}.keras" }).pathFor(0, {})).toThrow(/nothing/);
    expect(() => new ModelCheckpoint({ filepath: "a.keras", mode: "best" as never })).toThrow(/mode/);
  });
});

describe("logging", () => {
  it("keeps a history, and writes it as CSV", async () => {
    const path = join(await mkdtemp(join(tmpdir(), "csv-")), "log.csv");
    const history = new History();
    await epochs(history, fakeModel(), losses(2, 1));
    expect(history.history).toEqual({ val_loss: [2, 1] });
    await epochs(new CSVLogger({ filename: path }), fakeModel(), [
      { loss: 2, accuracy: 0.5 },
      { loss: 1, accuracy: 0.75 },
    ]);
    await epochs(new CSVLogger({ filename: path, append: true }), fakeModel(), [{ loss: 0.5, accuracy: 1 }]);
    expect(await readFile(path, "utf8")).toBe("epoch,accuracy,loss\n0,0.5,2\n1,0.75,1\n0,1,0.5\n");
  });

  it("calls plain functions, and asks for batch numbers only when someone reads them", async () => {
    const seen: string[] = [];
    const callback = new LambdaCallback({
      onEpochBegin: (e) => void seen.push(`begin ${e}`),
      onTrainEnd: () => void seen.push("end"),
    });
    await epochs(callback, fakeModel(), losses(1));
    expect(seen).toEqual(["begin 0", "end"]);
    expect(callback.wantsBatchLogs()).toBe(false);
    expect(new LambdaCallback({ onTrainBatchEnd: () => {} }).wantsBatchLogs()).toBe(true);
    expect(new History().wantsBatchLogs()).toBe(false);
  });

  it("stops on NaN", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const callback = new TerminateOnNaN();
    const model = fakeModel();
    callback.setModel(model as unknown as AnyModel);
    callback.onTrainBatchEnd(0, { loss: 1 });
    expect(model.stopTraining).toBe(false);
    callback.onTrainBatchEnd(1, { loss: Number.NaN });
    expect(model.stopTraining).toBe(true);
    warn.mockRestore();
  });
});

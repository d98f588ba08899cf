import { engines } from "./engines.ts";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { EarlyStopping, LambdaCallback } from "@keras/callbacks";
import { BatchNormalization, Dense, Dropout, Input, Layer } from "@keras/layers";
import { MeanSquaredError } from "@keras/losses";
import { Model, Sequential } from "@keras/models";
import {
  add,
  array,
  liveBytes,
  multiply,
  NDArray,
  ones,
  random,
  setBackend,
  square,
  sum,
  valueAndGrad,
  type Tensor,
} from "@keras/ops";
import { SGD } from "@keras/optimizers";
import type { StepData, StepResult } from "../src/index.ts";

/** Points in a square, labelled by the side of a line they lie on. */
function points(count: number): { x: NDArray<"float32">; y: NDArray<"int32"> } {
  const xs = Float32Array.from({ length: count * 2 }, (_, i) => Math.sin(i * 12.9898) % 1);
  const ys = Int32Array.from({ length: count }, (_, i) => (xs[i * 2]! + xs[i * 2 + 1]! > 0 ? 1 : 0));
  return { x: new NDArray(xs, [count, 2], "float32"), y: new NDArray(ys, [count], "int32") };
}

function classifier(): Sequential {
  random.setRandomSeed?.(1);
  const model = new Sequential([
    Input({ shape: [2] }),
    new Dense({ units: 16, activation: "relu" }),
    new Dense({ units: 2, activation: "softmax" }),
  ]);
  model.compile({ optimizer: "adam", loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
  return model;
}

const quiet = { verbose: 0 } as const;

describe.each(engines)("training on %s", (engine) => {
  beforeEach(() => setBackend(engine));

  it("learns, evaluates and predicts", async () => {
    const { x, y } = points(400);
    const model = classifier();
    const { history, epoch } = await model.fit(x, y, { ...quiet, epochs: 15, validationSplit: 0.25 });
    expect(epoch).toHaveLength(15);
    expect(Object.keys(history).sort()).toEqual(["accuracy", "loss", "val_accuracy", "val_loss"]);
    expect(history["loss"]!.at(-1)!).toBeLessThan(history["loss"]![0]!);
    const results = await model.evaluate(x, y, quiet);
    expect(results["accuracy"]).toBeGreaterThan(0.9);
    const predicted = await model.predict(x);
    expect(predicted.shape).toEqual([400, 2]);
  });

  it("applies exact gradients: one SGD step on a line", async () => {
    const model = new Sequential([Input({ shape: [1] }), new Dense({ units: 1, kernelInitializer: "ones" })]);
    model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: "mse" });
    const { loss } = await model.trainOnBatch([[1], [2]], [[3], [5]]);
    // y = x: errors -2 and -3, loss 6.5; gradients -8 and -5.
    expect(loss).toBeCloseTo(6.5, 5);
    const [kernel, bias] = await model.getWeights();
    expect(kernel!.values[0]).toBeCloseTo(1 + 0.8, 5);
    expect(bias!.values[0]).toBeCloseTo(0.5, 5);
  });

  it("weighs samples and classes", async () => {
    const line = (): Sequential => {
      const model = new Sequential([Input({ shape: [1] }), new Dense({ units: 1, kernelInitializer: "zeros" })]);
      model.compile({
        optimizer: new SGD({ learningRate: 0 }),
        loss: "mse",
        weightedMetrics: ["mae"],
        metrics: ["mae"],
      });
      return model;
    };
    const x = new NDArray(new Float32Array([1, 1]), [2, 1], "float32");
    const y = new NDArray(new Float32Array([0, 1]), [2, 1], "float32");
    const { history } = await line().fit(x, y, { ...quiet, sampleWeight: [1, 3] });
    expect(history["loss"]![0]).toBeCloseTo(1.5, 5);
    const byClass = await line().fit(x, y, { ...quiet, classWeight: { 1: 3 } });
    expect(byClass.history["loss"]![0]).toBeCloseTo(1.5, 5);
  });

  it("trains on streams, with and without a number of steps", async () => {
    const { x, y } = points(64);
    async function* batches(): AsyncGenerator<[NDArray, NDArray]> {
      for (let i = 0; i < 4; i++)
        yield [
          new NDArray(x.values.slice(i * 32, i * 32 + 32), [16, 2], "float32"),
          new NDArray(y.values.slice(i * 16, i * 16 + 16), [16], "int32"),
        ];
    }
    let steps = 0;
    const count = new LambdaCallback({ onTrainBatchEnd: () => void steps++ });
    await classifier().fit(() => batches(), { ...quiet, epochs: 2, callbacks: [count] });
    expect(steps).toBe(8);
    steps = 0;
    await classifier().fit(() => batches(), { ...quiet, epochs: 2, stepsPerEpoch: 2, callbacks: [count] });
    expect(steps).toBe(4);
    await expect(classifier().fit(batches(), { ...quiet, epochs: 2 })).rejects.toThrow(/used up/);
  });

  it("advances dropout and batch statistics inside the compiled step", async () => {
    const model = new Sequential([
      Input({ shape: [4] }),
      new Dropout({ rate: 0.5, seed: 3 }),
      new BatchNormalization({ momentum: 0.5 }),
      new Dense({ units: 1 }),
    ]);
    model.compile({ optimizer: new SGD({ learningRate: 0 }), loss: "mse" });
    const x = ones([32, 4]);
    const seen: number[] = [];
    for (let i = 0; i < 3; i++) {
      model.resetMetrics();
      seen.push((await model.trainOnBatch(x, ones([32, 1]))).loss);
    }
    expect(new Set(seen).size).toBe(3);
    const statistics = model.layers[1]!.nonTrainableVariables;
    expect(await statistics[0]!.value.array()).not.toEqual([0, 0, 0, 0]);
  });

  it("keeps live bytes flat over many steps", async () => {
    const { x, y } = points(64);
    const model = classifier();
    await model.fit(x, y, { ...quiet, epochs: 3 });
    const before = liveBytes();
    await model.fit(x, y, { ...quiet, epochs: 100 });
    expect(liveBytes()).toBeLessThanOrEqual(before * 1.05 + 1024);
  });

  it("runs a custom train step and a custom loop", async () => {
    class Doubler extends Model {
      readonly dense = new Dense({ units: 1, kernelInitializer: "zeros", useBias: false });
      override call(x: Tensor): Tensor {
        return this.dense.apply(x) as Tensor;
      }
      override trainStep({ x, y }: StepData): StepResult {
        const { value, grads } = valueAndGrad(
          () => sum(square(this.call(x as Tensor).subtract(y as Tensor))),
          this.trainableVariables,
        );
        this.trainableVariables.forEach((v, i) => v.assignSub(multiply(grads[i]!, 0.05)));
        return { loss: value };
      }
    }
    const model = new Doubler();
    model.compile({ optimizer: "sgd" });
    const x = new NDArray(new Float32Array([1, 2]), [2, 1], "float32");
    const y = new NDArray(new Float32Array([2, 4]), [2, 1], "float32");
    await model.fit(x, y, { ...quiet, epochs: 30, batchSize: 2 });
    expect((await model.getWeights())[0]!.values[0]).toBeCloseTo(2, 3);
  });

  it("adds the losses of layers", async () => {
    class Penalized extends Layer {
      override call(x: Tensor): Tensor {
        this.addLoss(sum(x));
        return x;
      }
    }
    const model = new Sequential([Input({ shape: [1] }), new Penalized()]);
    model.compile({ optimizer: "sgd", loss: "mse" });
    expect((await model.testOnBatch([[3]], [[3]])).loss).toBeCloseTo(3, 5);
  });
});

describe("what fit tells", () => {
  beforeEach(() => setBackend("ref"));

  it("stops by callback, by signal, and keeps what it learnt", async () => {
    const { x, y } = points(64);
    const stopped = await classifier().fit(x, y, {
      ...quiet,
      epochs: 50,
      callbacks: [new EarlyStopping({ monitor: "loss", minDelta: 10, patience: 1 })],
    });
    expect(stopped.epoch.length).toBeLessThan(4);
    const controller = new AbortController();
    const aborted = await classifier().fit(x, y, {
      ...quiet,
      epochs: 50,
      signal: controller.signal,
      callbacks: [new LambdaCallback({ onEpochEnd: (e) => void (e === 1 && controller.abort()) })],
    });
    expect(aborted.epoch).toEqual([0, 1]);
  });

  it("names what is wrong", async () => {
    const { x, y } = points(8);
    const model = classifier();
    await expect(model.fit(x, points(7).y, quiet)).rejects.toThrow(/same number of samples.*\[8, 2\].*\[7\]/);
    await expect(new Sequential([Input({ shape: [2] }), new Dense({ units: 1 })]).fit(x, y, quiet)).rejects.toThrow(
      /must be compiled first/,
    );
    expect(() => model.compile({ loss: "mean_square_error" as never })).toThrow(/mean_square_error/);
    expect(() => model.compile({ optimizer: "adamm" as never })).toThrow(/adam/);
    await expect(model.fit(new NDArray(new Float32Array(24), [8, 3], "float32"), y, quiet)).rejects.toThrow(
      /dense|sequential/,
    );
  });

  it("warns once when the loss is NaN", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const model = new Sequential([Input({ shape: [1] }), new Dense({ units: 1 })]);
    model.compile({ optimizer: "sgd", loss: new MeanSquaredError() });
    await model.fit(array([[Number.NaN], [1]]), array([[1], [1]]), { ...quiet, epochs: 3 });
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.calls[0]![0]).toContain("NaN");
    warn.mockRestore();
  });

  it("fits several outputs by name", async () => {
    const x = Input({ shape: [2], name: "x" });
    const model = new Model({
      inputs: x,
      outputs: {
        a: new Dense({ units: 1, name: "a" }).apply(x),
        b: add(new Dense({ units: 1, name: "b" }).apply(x), 1),
      },
    });
    model.compile({ optimizer: "sgd", loss: { a: "mse", b: "mae" }, lossWeights: { a: 1, b: 0.5 } });
    const { history } = await model.fit(ones([4, 2]), { a: ones([4, 1]), b: ones([4, 1]) } as never, quiet);
    expect(Object.keys(history).sort()).toEqual(["a_loss", "b_loss", "loss"]);
    expect(history["loss"]![0]).toBeCloseTo(history["a_loss"]![0]! + 0.5 * history["b_loss"]![0]!, 5);
  });
});

import { readFileSync, writeFileSync } from "node:fs";
import { NDArray } from "@keras/ops";
import { expect, test } from "vitest";
import { encodeShardedWeights, loadShardedWeights } from "../src/weights/shards.ts";
import { encodeWeights, loadWeightsFile } from "../src/weights/weights-file.ts";
import type { EncodedFile } from "../src/hdf5/write.ts";
import { Double, float32 } from "./model-double.ts";
import { runPython, temporaryFolder } from "./run-python.ts";

async function write(path: string, file: EncodedFile): Promise<void> {
  const parts: Uint8Array[] = [];
  for await (const part of file.parts()) parts.push(part);
  writeFileSync(path, Buffer.concat(parts));
}

/** A model with lists in lists, a list after its layers in the alphabet, nested models, cells and an optimizer. */
const MODEL = `
import os, sys, json
os.environ["KERAS_BACKEND"] = "numpy"  # nothing is computed: no need to compile
import keras, numpy as np
from keras import layers
class Sub(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(2)
        self.out = layers.Dense(3)
        self.blocks = [layers.Dense(1), [layers.Dense(1)], {"a": layers.Dense(1)}]
        self.inner = keras.Sequential([layers.Dense(4), layers.BatchNormalization(), layers.Dense(4)])
        self.attention = layers.MultiHeadAttention(2, 2)
        self.rnn = layers.Bidirectional(layers.RNN([layers.GRUCell(2), layers.GRUCell(2)]))
    def call(self, x):
        x = self.attention(self.inner(x), x)
        x = self.out(self.dense(self.rnn(x)))
        for b in [self.blocks[0], self.blocks[1][0], self.blocks[2]["a"]]: x = b(x)
        return x
model = Sub()
model.optimizer = keras.optimizers.Adam(0.01)
model(keras.Input((5, 4)))
model.optimizer.build(model.trainable_variables)
def fill(seed):
    rng = np.random.default_rng(seed)
    for v in model.weights + model.optimizer.variables: v.assign(rng.integers(-99, 99, v.shape))
def report():
    return {"weights": [w.tolist() for w in model.get_weights()], "slots": [np.array(v).tolist() for v in model.optimizer.variables]}
`;

/** The same tree, all zero: what a model of this library shows of itself. */
function double(): Double {
  const zeros = (...shape: number[]) => float32(new Array<number>(shape.reduce((n, d) => n * d, 1)).fill(0), shape);
  const dense = (...shape: [number, number]) =>
    new Double("Dense", { name: "d", vars: [zeros(...shape), zeros(shape[1])] });
  const einsum = (kernel: number[], bias: number[]) =>
    new Double("EinsumDense", { name: "e", vars: [zeros(...kernel), zeros(...bias)] });
  const cell = (inputs: number) =>
    new Double("GRUCell", { name: "gru", vars: [zeros(inputs, 6), zeros(2, 6), zeros(2, 6)] });
  const rnn = () =>
    new Double("RNN", {
      name: "rnn",
      parts: { cell: new Double("StackedRNNCells", { name: "cells", parts: { cells: [cell(4), cell(2)] } }) },
    });
  const [first, out] = [dense(4, 2), dense(2, 3)];
  const blocks = [dense(3, 1), [dense(1, 1)], { a: dense(1, 1) }];
  const normalization = new Double("BatchNormalization", {
    name: "bn",
    vars: [zeros(4), zeros(4), zeros(4), zeros(4)],
  });
  const inner = new Double("Sequential", {
    name: "inner",
    layersFirst: true,
    parts: { layers: [dense(4, 4), normalization, dense(4, 4)] },
  });
  const attention = new Double("MultiHeadAttention", {
    name: "attention",
    parts: {
      query_dense: einsum([4, 2, 2], [2, 2]),
      key_dense: einsum([4, 2, 2], [2, 2]),
      value_dense: einsum([4, 2, 2], [2, 2]),
      output_dense: einsum([2, 2, 4], [4]),
    },
  });
  const bidirectional = new Double("Bidirectional", {
    name: "b",
    parts: { forward_layer: rnn(), backward_layer: rnn() },
  });
  const layers = [first, out, inner, attention, bidirectional];
  const slots = new Double("Adam", { name: "adam" });
  const optimizer = { optimizer: slots };
  return new Double("Sub", {
    name: "sub",
    parts: { ...optimizer, dense: first, out, blocks, inner, attention, rnn: bidirectional, layers },
  });
}

interface Report {
  readonly weights: unknown[];
  readonly slots: unknown[];
}

/** The double with as many optimizer slots as Python has, and of their shapes. */
function withSlots({ slots }: Report): Double {
  const model = double();
  const shapeOf = (x: unknown): number[] => (Array.isArray(x) ? [x.length, ...shapeOf(x[0])] : []);
  (model.parts["optimizer"] as Double).vars = slots.map((slot, i) => {
    const shape = shapeOf(slot);
    const count = shape.reduce((n, d) => n * d, 1);
    return i === 0 ? new NDArray(new Int32Array(1), [], "int32") : float32(new Array<number>(count).fill(0), shape);
  });
  return model;
}

const slotsOf = (model: Double) => (model.parts["optimizer"] as Double).vars.map((v) => v.toNested());

test("weights of Keras are loaded, and Keras loads what is written; in one file and in shards", async () => {
  using folder = temporaryFolder();
  const max = 700;
  const save = `
fill(1)
model.save_weights(sys.argv[1] + ".weights.h5")
model.save_weights(sys.argv[1] + ".weights.json", max_shard_size=${max / 2 ** 30})
print(json.dumps(report()))`;
  const theirs = folder.path("theirs");
  const saved = JSON.parse(runPython(MODEL + save, theirs)) as Report;
  expect(saved.weights.length).toBeGreaterThan(30);

  const model = withSlots(saved);
  await loadWeightsFile(model, readFileSync(`${theirs}.weights.h5`));
  expect(slotsOf(model)).toEqual(saved.slots);
  const fromShards = withSlots(saved);
  await loadShardedWeights(fromShards, readFileSync(`${theirs}.weights.json`, "utf8"), (name) =>
    readFileSync(folder.path(name)),
  );
  expect(slotsOf(fromShards)).toEqual(saved.slots);

  const ours = folder.path("ours");
  await write(`${ours}.weights.h5`, await encodeWeights(model));
  const { index, shards } = await encodeShardedWeights(fromShards, "ours.weights.json", max);
  expect(shards.length).toBeGreaterThan(2);
  writeFileSync(`${ours}.weights.json`, index);
  for (const { name, file } of shards) await write(folder.path(name), file);
  const load = `
reports = []
for kind in ["h5", "json"]:
    fill(2)
    model.load_weights(f"{sys.argv[1]}.weights.{kind}")
    reports.append(report())
print(json.dumps(reports))`;
  expect(JSON.parse(runPython(MODEL + load, ours))).toEqual([saved, saved]);
});

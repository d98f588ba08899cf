// From the same weights and batches, every side of the bench trains as Python Keras on JAX does.
import { join } from "node:path";
import { Tensor } from "onnxruntime-node";
import { beforeAll, describe, expect, it } from "vitest";
import { ensurePython } from "../../scripts/python-env.ts";
import { CASES } from "../cases.ts";
import type { CaseName } from "../cases.ts";
import { handGraphs } from "../hand/generate.ts";
import { openGraph, TrainStep } from "../hand/train-step.ts";
import { readTrajectory, recordTrajectories } from "../python/trajectory.ts";

const names: readonly CaseName[] = ["mlp-b32", "cnn", "lstm", "transformer"];
let recorded: string;
let graphs: string;

beforeAll(() => {
  const python = ensurePython();
  recorded = recordTrajectories(python, names);
  graphs = handGraphs(python);
}, 600_000);

describe.each(names)("%s", (name) => {
  it("has hand-derived gradients that train as Keras does", async () => {
    const trajectory = readTrajectory(recorded, name);
    const graph = await openGraph(join(graphs, `${name}.train.onnx`));
    const step = new TrainStep(graph, trajectory.learningRate);
    expect(step.parameterNames).toHaveLength(trajectory.weights.length);
    for (const [index, parameter] of step.parameterNames.entries()) {
      // The graph keeps the heads of the attention merged: the values lie in the same order.
      step.assign({ [parameter]: trajectory.weights[index]!.values });
    }
    const { batch, input } = CASES[name];
    for (const [index, loss] of trajectory.losses.entries()) {
      const { x, y } = trajectory.batches[index % trajectory.batches.length]!;
      await step.run(new Tensor("float32", x.values, [batch, ...input]), new Tensor("int32", y.values, [batch]));
      expect(Math.abs(step.loss - loss), `step ${index + 1}`).toBeLessThan(1e-5);
    }
  });
});

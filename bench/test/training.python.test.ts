// From the same weights and batches, models of this project train as they do in Python Keras on JAX.
import { NDArray, setBackend } from "keras";
import { SparseCategoricalCrossentropy } from "keras/losses";
import { Adam } from "keras/optimizers";
import { beforeAll, expect, it } from "vitest";
import { ensurePython } from "../../scripts/python-env.ts";
import { CASES } from "../cases.ts";
import type { CaseName } from "../cases.ts";
import { readTrajectory, recordTrajectories } from "../python/trajectory.ts";
import { MODELS } from "../workers/models.ts";

const names: readonly CaseName[] = ["mlp-b32", "cnn", "lstm", "transformer"];
/** The reference backend is plain loops: the convolutions would take minutes. */
const runs: readonly (readonly [backend: string, name: CaseName])[] = [
  ...names.map((name) => ["onnx", name] as const),
  ["ref", "mlp-b32"],
];
const TOLERANCE = 1e-4;

let recorded: string;

beforeAll(() => {
  recorded = recordTrajectories(ensurePython(), names);
}, 600_000);

it.each(runs)(
  "%s trains %s as Keras does",
  async (backend, name) => {
    await setBackend(backend);
    const { learningRate, weights, batches, logits, losses } = readTrajectory(recorded, name);
    const model = MODELS[CASES[name].model]();
    model.compile({
      optimizer: new Adam({ learningRate }),
      loss: new SparseCategoricalCrossentropy({ fromLogits: true }),
    });
    model.setWeights(weights.map(({ values, shape }) => new NDArray(values, shape, "float32")));

    const first = new NDArray(batches[0]!.x.values, batches[0]!.x.shape, "float32");
    const predicted = await model.predict(first, { batchSize: CASES[name].batch });
    expect(predicted.shape).toEqual(logits.shape);
    expect(largestDifference(predicted.values as Float32Array, logits.values)).toBeLessThan(TOLERANCE);

    for (const [index, expected] of losses.entries()) {
      const { x, y } = batches[index % batches.length]!;
      // Without the reset the loss would be the mean of all steps so far.
      model.resetMetrics();
      const { loss } = await model.trainOnBatch(
        new NDArray(x.values, x.shape, "float32"),
        new NDArray(y.values, y.shape, "int32"),
      );
      expect(Math.abs(loss - expected), `step ${index + 1}`).toBeLessThan(TOLERANCE);
    }
  },
  300_000,
);

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - b[index]!)), 0);
}

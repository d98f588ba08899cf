// This project on one of its backends. Usage: node typescript.ts BACKEND
import { jit, NDArray, ops, setBackend, valueAndGrad } from "keras";
import type { Model, Tensor } from "keras";
import { SparseCategoricalCrossentropy } from "keras/losses";
import { Adam } from "keras/optimizers";
import manifest from "keras/package.json" with { type: "json" };
import { caseNamed, LEARNING_RATE, randomBatch } from "../cases.ts";
import type { BenchCase } from "../cases.ts";
import { MODELS } from "./models.ts";
import { serve } from "./serve.ts";
import type { Once, Subject } from "./serve.ts";

const backend = process.argv[2];
if (backend === undefined) throw new Error("Say which backend to use.");

let benchCase: BenchCase;
let model: Model;

const subject: Subject = {
  async prepare(caseName) {
    benchCase = caseNamed(caseName);
    await setBackend(backend);
    model = compiled();
    const { loss } = await model.trainOnBatch(...samples(benchCase.batch));
    return {
      engine: `keras ${manifest.version} in TypeScript, ${backend}`,
      parameters: model.countParams(),
      loss,
      measures: ["step", "train", "fit", "predict-1", "predict-32"],
    };
  },

  async measure(measure, steps) {
    if (measure === "step") return bareStep();
    if (measure === "train") {
      const batches = [0, 1, 2, 3].map((seed) => samples(benchCase.batch, seed));
      let turn = 0;
      return () => model.trainOnBatch(...batches[turn++ % batches.length]!);
    }
    if (measure === "fit") {
      const [x, y] = samples(benchCase.batch * steps);
      return () => model.fit(x, y, { batchSize: benchCase.batch, shuffle: false, verbose: 0 });
    }
    const [x] = samples(Number(measure.slice("predict-".length)));
    return () => model.predictOnBatch(x);
  },
};

function compiled(): Model {
  const result = MODELS[benchCase.model]();
  result.compile({
    optimizer: new Adam({ learningRate: LEARNING_RATE }),
    loss: new SparseCategoricalCrossentropy({ fromLogits: true }),
  });
  return result;
}

/** A train step compiled by hand, on batches that are on the device already: what `trainOnBatch` and `fit` wrap. */
function bareStep(): Once {
  const { trainableVariables } = model;
  const loss = new SparseCategoricalCrossentropy({ fromLogits: true });
  const optimizer = new Adam({ learningRate: LEARNING_RATE });
  optimizer.build(trainableVariables);
  const step = jit((x: Tensor, y: Tensor) => {
    const { value, grads } = valueAndGrad(
      () => loss.apply(y, model.applyAny(x, { training: true }) as Tensor),
      trainableVariables,
    );
    optimizer.apply(grads, trainableVariables);
    return value;
  });
  const batches = [0, 1, 2, 3].map((seed) => {
    const [x, y] = samples(benchCase.batch, seed);
    return [ops.convertToTensor(x), ops.convertToTensor(y)] as const;
  });
  let turn = 0;
  // Reading the loss is how one waits for the step.
  return () => step(...batches[turn++ % batches.length]!).item();
}

function samples(count: number, seed = 0): [x: NDArray, y: NDArray] {
  const { x, y } = randomBatch(benchCase, count, seed);
  return [new NDArray(x, [count, ...benchCase.input], "float32"), new NDArray(y, [count], "int32")];
}

await serve(subject);

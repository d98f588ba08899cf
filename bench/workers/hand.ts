// The bare engine: hand-derived graphs of generate.py on ONNX Runtime. Usage: node hand.ts FOLDER
import { join } from "node:path";
import { Tensor, env } from "onnxruntime-node";
import { caseNamed, LEARNING_RATE, randomBatch } from "../cases.ts";
import type { BenchCase } from "../cases.ts";
import { allocate, openGraph, TrainStep } from "../hand/train-step.ts";
import { serve } from "./serve.ts";
import type { Subject } from "./serve.ts";

const folder = process.argv[2];
if (folder === undefined) throw new Error("Say which folder holds the graphs.");

let name: string;
let benchCase: BenchCase;
let step: TrainStep;

const hand: Subject = {
  async prepare(caseName) {
    name = caseName;
    benchCase = caseNamed(caseName);
    step = new TrainStep(await openGraph(join(folder, `${name}.train.onnx`)), LEARNING_RATE);
    let parameters = 0;
    for (const parameter of step.parameterNames) {
      const size = step.sizeOf(parameter);
      parameters += size;
      step.assign({ [parameter]: smallWeights(parameter, size) });
    }
    await step.run(...batch(0));
    return {
      engine: `onnxruntime-node ${env.versions.node}`,
      parameters,
      loss: step.loss,
      measures: ["step", "predict-1", "predict-32"],
    };
  },

  async measure(measure) {
    if (measure === "step") {
      const batches = [0, 1, 2, 3].map(batch);
      let turn = 0;
      return () => step.run(...batches[turn++ % batches.length]!);
    }
    const session = await openGraph(join(folder, `${name}.${measure}.onnx`));
    const samples = Number(measure.slice("predict-".length));
    const x = new Tensor("float32", randomBatch(benchCase, samples).x, [samples, ...benchCase.input]);
    const outputs = allocate(session.outputMetadata);
    return () => session.run({ x }, outputs);
  },
};

function batch(seed: number): [x: Tensor, y: Tensor] {
  const size = benchCase.batch;
  const { x, y } = randomBatch(benchCase, size, seed);
  return [new Tensor("float32", x, [size, ...benchCase.input]), new Tensor("int32", y, [size])];
}

/** Uniform weights, small enough for a loss near that of a fresh model; gains of norms are one. */
function smallWeights(parameter: string, size: number): Float32Array {
  if (parameter.startsWith("gamma")) return new Float32Array(size).fill(1);
  return Float32Array.from({ length: size }, () => (Math.random() - 0.5) * 0.08);
}

await serve(hand);

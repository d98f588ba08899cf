// This project on one of its backends. Usage: node worker-ours.ts BACKEND
import { convertToTensor, jit, NDArray, setBackend, type Tensor } from "@keras/ops";
import manifest from "@keras/ops/package.json" with { type: "json" };
import { OURS } from "./ours.ts";
import { serveOps, type Call } from "./serve.ts";
import { trainStepTimes } from "./train-step.ts";

const backend = process.argv[2];
if (backend === undefined) throw new Error("Say which backend to use.");

/** Computes and lets go of the result. */
const calling =
  (apply: (...operands: Tensor[]) => Tensor, operands: readonly Tensor[]): Call =>
  async () => {
    const result = apply(...operands);
    await result.ready();
    result.dispose();
  };

await serveOps({
  async hello() {
    await import(`@keras/backend-${backend}`);
    await setBackend(backend);
    return { engine: `@keras/ops ${manifest.version}, ${backend}`, modes: ["eager", "jit"] };
  },
  async prepare(op, _size, operands) {
    const tensors = operands.map(({ values, shape, dtype }) => convertToTensor(new NDArray(values, shape, dtype)));
    const apply = OURS[op];
    const compiled = jit(apply);
    return {
      calls: { eager: calling(apply, tensors), jit: calling(compiled, tensors) },
      result: async () => {
        const { values, shape } = await compiled(...tensors).ndarray();
        return { values: values as ArrayLike<number>, shape };
      },
      dispose: () => tensors.forEach((x) => x.dispose()),
    };
  },
  trainStep: trainStepTimes,
});

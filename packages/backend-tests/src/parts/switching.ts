import { allKernels, createRefBackend } from "@keras/backend-ref/parts";
import * as ops from "@keras/ops";
import { registerBackend, setBackend, toTensor, Variable, type Tensor } from "@keras/ops";
import { afterAll, beforeAll, expect } from "vitest";
import { distance, floats } from "../numbers.ts";
import type { Suite } from "../suite.ts";
import { batchOf, freshModel, MODELS } from "./models.ts";
import type { RecordedTraining } from "./training.ts";

/** A second backend, whichever one is tested: the reference kernels under another name. */
const OTHER = "kit_reference";

/** Two backends in one process: values move bit for bit, and training goes on where it was. */
export function switchingTests(suite: Suite, recorded: RecordedTraining): void {
  const { backend, lossTolerance } = suite.settings;
  beforeAll(async () => {
    registerBackend({ ...createRefBackend(allKernels), name: OTHER });
    await setBackend(OTHER);
    await setBackend(backend);
  });
  afterAll(() => setBackend(backend));

  suite.test("a value that meets an op on another backend moves there", async () => {
    const x = ops.sin(toTensor(floats([4], 1)));
    const before = await x.data("float32");
    const there = ops.withBackend(OTHER, () => ops.reshape(x, [2, 2]) as Tensor);
    expect(there.backend.name).toBe(OTHER);
    const back = ops.reshape(there, [4]);
    expect(back.backend.name).toBe(backend);
    expect(await back.data("float32")).toEqual(before);
  });
  suite.test("a Variable follows the backend that reads it", async () => {
    const w = new Variable(floats([3], 2));
    const before = await w.value.data("float32");
    await setBackend(OTHER);
    try {
      w.assignAdd(1);
      expect(w.value.backend.name).toBe(OTHER);
    } finally {
      await setBackend(backend);
    }
    w.assignSub(1);
    expect(w.value.backend.name).toBe(backend);
    expect(distance(await w.value.data("float32"), before)).toBeLessThan(1e-6);
  });
  suite.test("compiled functions work on both in turn", async () => {
    const f = ops.jit((x: Tensor) => ops.add(ops.square(x), 1));
    for (const name of [backend, OTHER, backend]) {
      await setBackend(name);
      expect(await f(toTensor([1, 2])).array()).toEqual([2, 5]);
    }
  });
  suite.test("training begun on one backend goes on on another with the same losses", async () => {
    const { losses } = recorded.models["mlp"]!;
    const model = freshModel(MODELS["mlp"]!);
    const seen: number[] = [];
    try {
      for (let step = 0; step < losses.length; step++) {
        await setBackend(step === 2 || step === 3 ? OTHER : backend);
        const { x, y } = batchOf(MODELS["mlp"]!, step);
        seen.push((await model.trainOnBatch(x, y)).loss);
      }
    } finally {
      await setBackend(backend);
    }
    expect(distance(seen, losses), `losses ${seen.join(", ")}`).toBeLessThan(lossTolerance);
  });
  suite.test("model.to moves all state bit for bit, and training goes on there", async () => {
    const { losses } = recorded.models["cnn"]!;
    const model = freshModel(MODELS["cnn"]!);
    const bits = async (): Promise<unknown[]> => Promise.all(model.stateVariables().map((v) => v.value.data()));
    const seen: number[] = [];
    for (let step = 0; step < losses.length; step++) {
      if (step === 2 || step === 4) {
        const before = await bits();
        await model.to(step === 2 ? OTHER : backend);
        expect(await bits()).toEqual(before);
      }
      const { x, y } = batchOf(MODELS["cnn"]!, step);
      seen.push((await model.trainOnBatch(x, y)).loss);
      expect(new Set(model.weights.map((w) => w.value.backend.name))).toEqual(
        new Set([step === 2 || step === 3 ? OTHER : backend]),
      );
    }
    expect(distance(seen, losses), `losses ${seen.join(", ")}`).toBeLessThan(lossTolerance);
  });
}

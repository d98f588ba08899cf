import { engines } from "./engines.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Dense, Input } from "@keras/layers";
import { Sequential } from "@keras/models";
import { NDArray, setBackend, setDtypePolicy } from "@keras/ops";
import { LossScaleOptimizer, SGD } from "@keras/optimizers";
import "../src/index.ts";

const x = new NDArray(new Float32Array([1, 2, 3, 4]), [4, 1], "float32");

function line(autoScaleLoss?: boolean): Sequential {
  setDtypePolicy("mixed_float16");
  const model = new Sequential([
    Input({ shape: [1] }),
    new Dense({ units: 1, useBias: false, kernelInitializer: "ones" }),
  ]);
  model.compile({ optimizer: new SGD({ learningRate: 1 }), loss: "mse", autoScaleLoss });
  return model;
}

describe.each(engines)("mixed_float16 on %s", (engine) => {
  beforeEach(() => setBackend(engine));
  afterEach(() => setDtypePolicy("float32"));

  it.each([true, false])("keeps gradients that half precision would lose, scaled: %s", async (autoScaleLoss) => {
    // Each of the 64 gradients with respect to an output is 2⁻²⁸; the smallest number of half precision is 2⁻²⁴.
    const ones = new NDArray(new Float32Array(64).fill(1), [64, 1], "float32");
    const y = new NDArray(new Float32Array(64).fill(1 - 2 ** -23), [64, 1], "float32");
    const model = line(autoScaleLoss);
    model.optimizer!.learningRate = 2 ** 22;
    await model.fit(ones, y, { batchSize: 64, epochs: 1, verbose: 0 });
    expect((await model.getWeights())[0]!.values[0]).toBe(autoScaleLoss ? 0 : 1);
  });

  it("halves the scale and keeps the weights when gradients overflow", async () => {
    const y = new NDArray(new Float32Array([3e4, 3e4, 3e4, 3e4]), [4, 1], "float32");
    const model = line();
    await model.fit(x, y, { batchSize: 4, epochs: 1, verbose: 0 });
    expect([...(await model.getWeights())[0]!.values]).toEqual([1]);
    expect(await (model.optimizer as LossScaleOptimizer).dynamicScale!.value.item()).toBe(2 ** 14);
  });

  it("leaves the optimizer alone where that is wished, and in files", () => {
    expect(line(false).optimizer).toBeInstanceOf(SGD);
    expect(line().getCompileConfig()).toMatchObject({ optimizer: { class_name: "SGD" } });
  });
});

import "@keras/backend-onnx";
import "@keras/backend-ref";
import { ArgumentError, array, jit, setBackend, StateError, Variable, type Tensor } from "@keras/ops";
import { beforeEach, describe, expect, it } from "vitest";
import {
  Adam,
  deserialize,
  LossScaleOptimizer,
  MultiOptimizer,
  Muon,
  OptimizerMap,
  serialize,
  SGD,
} from "../src/index.ts";

const numbers = async (v: Variable | Tensor): Promise<number[]> =>
  [...((await ("value" in v ? v.value : v).data()) as Float32Array)].map(Number);

describe.each(["ref", "onnx"])("on %s", (backend) => {
  beforeEach(() => setBackend(backend));

  // The values are those of Keras 3.15.1.
  it("Muon steps as Keras does: matrices by orthogonal steps, the rest by AdamW", async () => {
    const w = new Variable([[1, 2, 3], [3, 4, -1]], { name: "w" }); // prettier-ignore
    const b = new Variable([0.5, -0.5], { name: "b" });
    const optimizer = new Muon({ learningRate: 0.1 });
    for (let i = 0; i < 3; i++) optimizer.apply([array([[1, 6, -2], [7, 2, i]]), array([1, i - 3])], [w, b]); // prettier-ignore
    const expected = [0.98271775, 1.91569233, 3.02306461, 2.89931369, 3.96537852, -1.00726056];
    for (const [i, value] of (await numbers(w)).entries()) expect(value).toBeCloseTo(expected[i]!, 5);
    for (const [i, value] of (await numbers(b)).entries()) expect(value).toBeCloseTo([0.19952297, -0.21312398][i]!, 5);
  });

  it.each([false, true])("LossScaleOptimizer finds its scale, jitted: %s", async (jitted) => {
    const w = new Variable([1, 2], { name: "w" });
    const optimizer = new LossScaleOptimizer({
      innerOptimizer: new SGD({ learningRate: 0.5, momentum: 0.9 }),
      initialScale: 8,
      dynamicGrowthSteps: 2,
    });
    optimizer.build([w]);
    const apply = (g: Tensor): void => optimizer.apply([g], [w]);
    const step = jitted ? jit(apply) : apply;
    const after = [
      { gradient: [8, 8], weights: [0.5, 1.5], scale: 8, counter: 1, iterations: 1 },
      { gradient: [8, Infinity], weights: [0.5, 1.5], scale: 4, counter: 0, iterations: 1 },
      { gradient: [4, 4], weights: [-0.45, 0.55], scale: 4, counter: 1, iterations: 2 },
      { gradient: [4, 8], weights: [-1.805, -1.305], scale: 8, counter: 0, iterations: 3 },
      { gradient: [8, 8], weights: [-3.5245, -3.474475], scale: 8, counter: 1, iterations: 4 },
    ];
    for (const { gradient, weights, scale, counter, iterations } of after) {
      step(array(gradient));
      const found = await numbers(w);
      weights.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 4));
      expect(await optimizer.dynamicScale!.value.item()).toBe(scale);
      expect(await optimizer.stepCounter!.value.item()).toBe(counter);
      expect(await optimizer.iterations.value.item()).toBe(iterations);
    }
  });
});

describe("compound optimizers", () => {
  beforeEach(() => setBackend("ref"));

  it("MultiOptimizer trains each Variable with its own optimizer", async () => {
    const [a, e] = [new Variable([1], { name: "a" }), new Variable([1], { name: "e" })];
    const optimizerMap = new OptimizerMap(new SGD({ learningRate: 0.5 }), { "e.*": new SGD({ learningRate: 0.1 }) });
    const optimizer = new MultiOptimizer({ optimizerMap });
    optimizer.apply([array([1]), array([1])], [a, e]);
    expect([await numbers(a), await numbers(e)].flat().map((x) => x.toFixed(3))).toEqual(["0.500", "0.900"]);
    expect(await optimizer.iterations.value.item()).toBe(1);
    expect(optimizer.variables).toHaveLength(6);
    expect(() => optimizer.learningRate).toThrow(StateError);
    expect(() => new MultiOptimizer({ optimizerMap: () => null as never }).apply([array([1])], [a])).toThrow(/'a'/);
  });

  it("an OptimizerMap finds by path, by pattern, else the default", () => {
    const [sgd, adam] = [new SGD(), new Adam()];
    const map = new OptimizerMap(sgd, { "x/kernel": sgd, "x/.*": adam, "y/.*": adam, ".*/bias": sgd });
    expect(map.get("x/kernel")).toBe(sgd);
    expect(map.get("x/gamma")).toBe(adam);
    expect(map.get("z")).toBe(sgd);
    expect(() => map.get("y/bias")).toThrow(ArgumentError);
    expect(() => map.set("x/.*", sgd)).toThrow(/already/);
    expect(() => map.set("q", new LossScaleOptimizer({ innerOptimizer: sgd }))).toThrow(/LossScaleOptimizer/);
  });

  it("stand in files as Keras writes them", () => {
    const scaled = new LossScaleOptimizer({ innerOptimizer: new SGD({ learningRate: 0.5 }), initialScale: 8 });
    const map = new OptimizerMap(new SGD(), { "e.*": new Adam() });
    for (const optimizer of [
      scaled,
      new MultiOptimizer({ optimizerMap: map }),
      new Muon({ excludeLayers: ["last"] }),
    ]) {
      const config = serialize(optimizer);
      expect(serialize(deserialize(config as never))).toEqual(config);
    }
    expect(Object.keys((serialize(new Muon()) as { config: object }).config)).toEqual(
      expect.arrayContaining(["adam_beta_1", "muon_a", "ns_steps", "rms_rate", "exclude_embeddings"]),
    );
    expect((serialize(scaled) as { config: unknown }).config).toMatchObject({
      initial_scale: 8,
      dynamic_growth_steps: 2000,
      inner_optimizer: { class_name: "SGD", module: "keras.optimizers" },
    });
  });
});

import "@keras/backend-ref";
import { Dense, Dropout, Input, type Layer } from "@keras/layers";
import { add, ArgumentError, multiply, relu, setBackend, type KerasTensor } from "@keras/ops";
import { beforeAll, describe, expect, it } from "vitest";
import { cloneModel, Functional, Model, Sequential } from "../src/index.ts";

beforeAll(() => setBackend("ref"));

function graph(): Model {
  const [a, b] = [Input({ shape: [3], name: "a" }), Input({ shape: [3], name: "b" })];
  const shared = new Dense({ units: 4, name: "shared" });
  const sum = add(shared.apply(a), shared.apply(b));
  return new Model({ inputs: { a, b }, outputs: multiply(relu(sum), 2) }) as unknown as Model;
}

const predict = async (model: Model, feed: unknown): Promise<number[]> => [
  ...((await model.predict(feed as never)) as { values: Float32Array }).values,
];

describe("cloneModel", () => {
  it("copies a graph: shared layers once, ops, names and structure", async () => {
    const model = graph();
    const copy = cloneModel(model);
    expect(copy).toBeInstanceOf(Functional);
    expect(copy.layers.map((l) => l.name)).toEqual(model.layers.map((l) => l.name));
    expect(copy.countParams()).toBe(16);
    expect(copy.getLayer("shared")).not.toBe(model.getLayer("shared"));
    const feed = { a: [[1, 2, 3]], b: [[4, 5, 6]] };
    await copy.setWeights(await model.getWeights());
    expect(await predict(copy, feed)).toEqual(await predict(model, feed));
  });

  it("copies a Sequential with weights of its own", async () => {
    const model = new Sequential([Input({ shape: [3] }), new Dense({ units: 2, kernelInitializer: "ones" })]);
    const copy = cloneModel(model);
    copy.weights[0]!.assign([[0, 0], [0, 0], [0, 0]]); // prettier-ignore
    expect(await predict(model as never, [[1, 2, 3]])).toEqual([6, 6]);
    expect(await predict(copy as never, [[1, 2, 3]])).toEqual([0, 0]);
    expect(copy.name).toBe(model.name);
    expect(cloneModel(new Sequential([new Dense({ units: 2 })])).built).toBe(false);
  });

  it("asks cloneFunction for layers and callFunction for calls", () => {
    const x = Input({ shape: [3] });
    const model = new Model({ inputs: x, outputs: new Dense({ units: 2 }).apply(x) });
    const wide = cloneModel(model, { cloneFunction: () => new Dense({ units: 5 }) });
    expect(wide.outputShape).toEqual([null, 5]);
    const dropping = cloneModel(model, {
      cloneFunction: (layer) => layer,
      callFunction: (layer: Layer, ...args) => new Dropout({ rate: 0.5 }).apply(layer.applyAny(...args) as KerasTensor),
    });
    expect(dropping.layers.map((l) => l.constructor.name)).toEqual(["InputLayer", "Dense", "Dropout"]);
    expect(dropping.layers[1]).toBe(model.layers[1]);
  });

  it("begins with given tensors", () => {
    const x = Input({ shape: [3] });
    const model = new Model({ inputs: x, outputs: new Dense({ units: 2 }).apply(x) });
    const other = Input({ batchShape: [7, 3] });
    expect(cloneModel(model, { inputTensors: other }).outputShape).toEqual([7, 2]);
    expect(() => cloneModel(model, { inputTensors: [other, other] })).toThrow(ArgumentError);
  });

  it("copies models inside models, by their config or layer by layer", () => {
    const inner = new Sequential([Input({ shape: [3] }), new Dense({ units: 4 })]);
    const x = Input({ shape: [3] });
    const model = new Model({ inputs: x, outputs: new Dense({ units: 2 }).apply(inner.apply(x) as KerasTensor) });
    expect(cloneModel(model).countParams()).toBe(model.countParams());
    const widened = cloneModel(model, { recursive: true, cloneFunction: () => new Dense({ units: 8 }) });
    expect(widened.countParams()).toBe(3 * 8 + 8 + 8 * 8 + 8);
  });

  it("refuses subclassed models and a callFunction for a Sequential", () => {
    class Own extends Model {}
    expect(() => cloneModel(new Own())).toThrow(/fromConfig/);
    expect(() => cloneModel(new Sequential([]), { callFunction: () => null })).toThrow(ArgumentError);
  });
});

import "@keras/backend-ref";
import { Add, Concatenate, Dense, Dropout, Input, Layer, type CallOptions } from "@keras/layers";
import {
  add,
  ArgumentError,
  BuildError,
  multiply,
  NotFoundError,
  ones,
  setBackend,
  ShapeError,
  StateError,
  type KerasTensor,
  type Tensor,
} from "@keras/ops";
import { beforeAll, describe, expect, it } from "vitest";
import { Functional, Model, Sequential } from "../src/index.ts";

beforeAll(() => setBackend("ref"));

const values = (y: unknown): number[] => [...(y as { values: Float32Array }).values];
const fill = (units: number): Dense => new Dense({ units, kernelInitializer: "ones", useBias: false });

describe("a graph as a model", () => {
  it("takes and gives the structures it was made with", async () => {
    const [a, b] = [Input({ shape: [2], name: "a" }), Input({ shape: [2], name: "b" })];
    const model = new Model({ inputs: { a, b }, outputs: { sum: add(a, b), twice: multiply(a, 2) } });
    const { sum, twice } = await model.predict({ a: [[1, 2]], b: [[3, 4]] });
    expect([values(sum), values(twice)]).toEqual([
      [4, 6],
      [2, 4],
    ]);
  });

  it("takes values by name even where its inputs are a list, and says which is missing", async () => {
    const [a, b] = [Input({ shape: [1], name: "a" }), Input({ shape: [1], name: "b" })];
    const model = new Model({ inputs: [a, b], outputs: add(a, multiply(b, 10)) });
    const call = (feed: unknown): unknown => (model as unknown as Layer).applyAny(feed);
    expect(await (call({ b: ones([1, 1]), a: ones([1, 1]) }) as Tensor).array()).toEqual([[11]]);
    expect(() => call({ a: ones([1, 1]) })).toThrow(/'b' is missing/);
    expect(() => call([ones([1, 1])])).toThrow(/2 inputs \(a, b\), but 1/);
  });

  it("shares a layer that is called twice", async () => {
    const [a, b] = [Input({ shape: [2] }), Input({ shape: [2] })];
    const shared = fill(1);
    const y = new Add().apply([shared.apply(a), shared.apply(b)]);
    const model = new Model({ inputs: [a, b], outputs: y });
    expect(model.countParams()).toBe(2);
    expect(values(await model.predict([[[1, 2]], [[3, 4]]]))).toEqual([10]);
  });

  it("holds models inside, and the order of layers is that of the graph", async () => {
    const inner = new Sequential([Input({ shape: [2] }), fill(3)], { name: "inner" });
    const x = Input({ shape: [2], name: "x" });
    const y = new Concatenate({ name: "cat" }).apply([inner.apply(x) as KerasTensor, x]);
    const model = new Model({ inputs: x, outputs: y });
    expect(model.layers.map((l) => l.name)).toEqual(["x", "inner", "cat"]);
    expect(values(await model.predict([[1, 2]]))).toEqual([3, 3, 3, 1, 2]);
  });

  it("cuts a part out of a graph, with the same weights", async () => {
    const x = Input({ shape: [2] });
    const hidden = fill(2).apply(x) as KerasTensor;
    const whole = new Model({ inputs: x, outputs: fill(1).apply(hidden) });
    const part = new Model({ inputs: x, outputs: hidden });
    expect(part.weights[0]).toBe(whole.weights[0]);
    expect(values(await part.predict([[1, 2]]))).toEqual([3, 3]);
  });

  it("hands training on to its layers", async () => {
    const x = Input({ shape: [100] });
    const model = new Model({ inputs: x, outputs: new Dropout({ rate: 0.5, seed: 1 }).apply(x) });
    const zeros = async (options: CallOptions): Promise<number> =>
      [...(await (model.apply(ones([1, 100]), options) as Tensor).data())].filter((v) => v === 0).length;
    expect(await zeros({ training: false })).toBe(0);
    expect(await zeros({ training: true })).toBeGreaterThan(20);
  });

  it("refuses outputs that do not follow from the inputs, naming what is missing", () => {
    const [a, b] = [Input({ shape: [2], name: "a" }), Input({ shape: [2], name: "left_out" })];
    expect(() => new Model({ inputs: a, outputs: add(a, b) })).toThrow(/left_out/);
    expect(() => new Model({ inputs: a, outputs: ones([2]) as never })).toThrow(ArgumentError);
  });

  it("names the layer where a shape is wrong", () => {
    const x = Input({ shape: [3] });
    const model = new Model({ inputs: x, outputs: new Dense({ units: 1, name: "needs_three" }).apply(x) });
    expect(() => model.apply(ones([2, 5]))).toThrow(ShapeError);
    expect(() => model.apply(ones([2, 5]))).toThrow(/needs_three/);
  });

  it("finds layers by name and number", () => {
    const x = Input({ shape: [3], name: "x" });
    const model = new Model({ inputs: x, outputs: new Dense({ units: 1, name: "d" }).apply(x) });
    expect(model.getLayer("d")).toBe(model.getLayer({ index: 1 }));
    expect(() => model.getLayer("e")).toThrow(NotFoundError);
    expect(() => model.getLayer("e")).toThrow(/'x', 'd'/);
    expect(() => model.getLayer({ index: 9 })).toThrow(/has 2/);
  });
});

describe("Sequential", () => {
  it("is a graph at once with an Input, else when it is first called", async () => {
    expect(new Sequential([Input({ shape: [2] }), fill(1)]).built).toBe(true);
    const late = new Sequential([fill(2), fill(1)]);
    expect(() => late.countParams()).toThrow(BuildError);
    expect(() => late.outputShape).toThrow(BuildError);
    expect(await (late.apply(ones([1, 3])) as Tensor).array()).toEqual([[6]]);
    expect(late.outputShape).toEqual([1, 1]);
  });

  it("grows and shrinks", () => {
    const model = new Sequential([Input({ shape: [2] }), fill(3)]);
    model.add(fill(4));
    expect(model.outputShape).toEqual([null, 4]);
    expect(model.pop()!.getConfig()["units"]).toBe(4);
    expect(model.outputShape).toEqual([null, 3]);
  });

  it("refuses what is no layer, two of one name, a late Input, several outputs", () => {
    class Two extends Layer {
      override call(x: Tensor): Tensor[] {
        return [x, x];
      }
    }
    expect(() => new Sequential(["dense"] as never)).toThrow(ArgumentError);
    expect(() => new Sequential([new Dense({ units: 1, name: "d" }), new Dense({ units: 1, name: "d" })])).toThrow(
      /'d'/,
    );
    expect(() => new Sequential([fill(1), Input({ shape: [2] })])).toThrow(/first/);
    expect(() => new Sequential([Input({ shape: [2] }), new Two()])).toThrow(/several outputs/);
  });
});

describe("a subclass that writes call", () => {
  class Twice extends Model {
    readonly dense = fill(2);
    override call(x: Tensor): Tensor {
      return this.dense.apply(this.dense.apply(x) as Tensor) as Tensor;
    }
  }

  it("tracks its layers, builds on data and predicts in batches", async () => {
    const model = new Twice();
    expect(() => model.countParams()).toThrow(BuildError);
    const y = await model.predict([[1, 2], [3, 4], [5, 6]], { batchSize: 2 }); // prettier-ignore
    expect(y.shape).toEqual([3, 2]);
    expect(values(y)).toEqual([6, 6, 14, 14, 22, 22]);
    expect(model.layers).toEqual([model.dense]);
    expect(model.countParams()).toBe(4);
  });

  it("can make a graph of itself in its constructor", async () => {
    const x = Input({ shape: [2] });
    const made = new Functional({ inputs: x, outputs: fill(1).apply(x) });
    expect(values(await made.predict([[1, 2]] as never))).toEqual([3]);
  });

  it("is told when its call is missing, and when training is not installed", () => {
    class Empty extends Model {}
    expect(() => new Empty().applyAny(ones([1, 1]))).toThrow(StateError);
    expect(() => new Twice().compile({} as never)).toThrow(/@keras\/training/);
  });
});

describe("weights", () => {
  it("are read and set in order, checked", async () => {
    const model = new Sequential([Input({ shape: [2] }), new Dense({ units: 1, kernelInitializer: "ones" })]);
    const weights = await model.getWeights();
    expect(weights.map((w) => w.shape)).toEqual([[2, 1], [1]]);
    await model.setWeights([[[2], [3]], [1]] as never);
    expect(values(await model.predict([[1, 1]]))).toEqual([6]);
    await expect((async () => model.setWeights([[[2], [3]]] as never))()).rejects.toThrow(ArgumentError);
    await expect((async () => model.setWeights([[[2, 3]], [1]] as never))()).rejects.toThrow(ShapeError);
  });
});

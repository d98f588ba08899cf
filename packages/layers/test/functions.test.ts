import "@keras/backend-ref";
import { array, ArgumentError, setBackend, ShapeError, type Tensor } from "@keras/ops";
import { beforeAll, describe, expect, it } from "vitest";
import * as layers from "../src/index.ts";

beforeAll(() => setBackend("ref"));

const a = (): Tensor => array([[1, 5]]);
const b = (): Tensor => array([[3, 2]]);

describe("merging layers as functions", () => {
  it.each([
    [layers.add, [[4, 7]]],
    [layers.average, [[2, 3.5]]],
    [layers.maximum, [[3, 5]]],
    [layers.minimum, [[1, 2]]],
    [layers.multiply, [[3, 10]]],
    [layers.subtract, [[-2, 3]]],
    [layers.concatenate, [[1, 5, 3, 2]]],
    [layers.dot, [[13]]],
  ])("%o", async (merge, expected) => {
    expect(await (merge as typeof layers.add)([a(), b()]).array()).toEqual(expected);
  });

  it("make nodes of a graph of symbolic tensors", () => {
    const [x, y] = [layers.Input({ shape: [4] }), layers.Input({ shape: [4] })];
    const sum = layers.add([x, y], { name: "total" });
    expect([sum.shape, sum.node!.operation.name]).toEqual([[null, 4], "total"]);
    expect(layers.dot([x, y], { axes: 1, normalize: true }).shape).toEqual([null, 1]);
  });

  it("dot refuses the batch, and sizes that differ", () => {
    expect(() => layers.dot([a(), b()], { axes: 0 })).toThrow(ArgumentError);
    expect(() => layers.dot([a(), array([[1, 2, 3]])])).toThrow(ShapeError);
  });
});

describe("Wrapper", () => {
  class Twice extends layers.Wrapper {
    override call(inputs: Tensor): Tensor {
      return this.layer.applyAny(this.layer.applyAny(inputs)) as Tensor;
    }
  }

  it("builds, tracks and calls the layer inside", async () => {
    const inner = new layers.Dense({ units: 2, kernelInitializer: "ones" });
    const twice = new Twice({ layer: inner });
    expect(await (twice.applyAny(a()) as Tensor).array()).toEqual([[12, 12]]);
    expect(twice.weights).toEqual(inner.weights);
    expect(await (new layers.Wrapper({ layer: inner }).applyAny(a()) as Tensor).array()).toEqual([[6, 6]]);
  });

  it("refuses what is no layer", () => {
    expect(() => new layers.Wrapper({ layer: 3 as never })).toThrow(ArgumentError);
  });
});

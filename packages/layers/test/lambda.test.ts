import "@keras/backend-ref";
import {
  ArgumentError,
  deserializeKerasObject,
  multiply,
  ones,
  registerKerasSerializable,
  serializeKerasObject,
  setBackend,
  type Tensor,
} from "@keras/ops";
import { beforeAll, describe, expect, it } from "vitest";
import { Input, Lambda } from "../src/index.ts";

beforeAll(() => setBackend("ref"));

describe("Lambda", () => {
  it("runs a function, with arguments and whether it trains", async () => {
    const layer = new Lambda({
      function: (x: Tensor, { factor, training }) => multiply(x, training ? 0 : (factor as number)),
      arguments: { factor: 3 },
    });
    expect(await (layer.apply([1, 2]) as Tensor).array()).toEqual([3, 6]);
    expect(await (layer.apply([1, 2], { training: true }) as Tensor).array()).toEqual([0, 0]);
  });

  it("finds its output's shape, or takes it", () => {
    const layer = new Lambda({ function: (x: Tensor) => x.getItem("...", { stop: 2 }) });
    expect((layer.apply(Input({ shape: [5] })) as { shape: unknown }).shape).toEqual([null, 2]);
    expect(layer.computeOutputShape([null, 5])).toEqual([null, 2]);
    expect(new Lambda({ function: (x: never) => x, outputShape: [7] }).computeOutputShape([4, 5])).toEqual([4, 7]);
  });

  it("gives the mask that it is told", () => {
    const mask = ones([1, 2], { dtype: "bool" });
    expect(new Lambda({ function: (x: never) => x, mask }).computeMask(null as never, null as never)).toBe(mask);
  });

  it("is saved with a registered function", async () => {
    const triple = registerKerasSerializable({ package: "tests", name: "triple" })(function triple(x: Tensor): Tensor {
      return multiply(x, 3);
    });
    const written = serializeKerasObject(new Lambda({ function: triple as never }));
    const again = deserializeKerasObject(written, { objects: [{ Lambda }, { triple }] }) as Lambda;
    expect(await (again.apply([1]) as Tensor).array()).toEqual([3]);
  });

  it("refuses what is no function, and Python bytecode", () => {
    expect(() => new Lambda({ function: 3 as never })).toThrow(ArgumentError);
    const lambda = { module: "builtins", class_name: "__lambda__", config: { code: "4wE=" }, registered_name: null };
    const config = { module: "keras.layers", class_name: "Lambda", config: { name: "l", function: lambda }, registered_name: null }; // prettier-ignore
    expect(() => deserializeKerasObject(config, { objects: [{ Lambda }] })).toThrow(/Python code/);
    expect(() => deserializeKerasObject(config, { objects: [{ Lambda }], safeMode: false })).toThrow(ArgumentError);
  });
});

import { dim, type GraphInput } from "@keras/ops";
import { describe, expect, it } from "vitest";
import { lowerToModel, lowerToOnnx, onnxSupports, type ModelProto, type NodeProto } from "../src/index.ts";
import { GraphBuilder } from "./builder.ts";

const types = (model: ModelProto): string[] => model.graph.node.map((n) => n.opType);
const dims = (model: ModelProto, which: "input" | "output"): unknown[] =>
  model.graph[which].map((v) => v.type!.tensorType!.shape!.dim.map((d) => d.dimParam ?? d.dimValue));
const producer = (model: ModelProto, name: string): NodeProto => model.graph.node.find((n) => n.output.includes(name))!;

describe("names", () => {
  it("nodes are named after layer and op, inputs and outputs as wanted", () => {
    const g = new GraphBuilder();
    const x = g.input("float32", [2, 3], "image");
    g.path = "net/dense_1";
    const y = g.op("tanh", [x]);
    const model = lowerToModel(g.finish(y), { outputNames: ["scores"] });
    expect(model.graph.node[0]!.name).toBe("net/dense_1/tanh/Tanh");
    expect(model.graph.input[0]!.name).toBe("image");
    expect(model.graph.output[0]!.name).toBe("scores");
    expect(producer(model, "scores").opType).toBe("Tanh");
  });
  it("an input given out again, and one value given out twice, are copied", () => {
    const g = new GraphBuilder();
    const x = g.input("float32", [2]);
    const y = g.op("exp", [x]);
    const model = lowerToModel(g.finish(x, y, y));
    expect(types(model).sort()).toEqual(["Exp", "Identity", "Identity"]);
  });
  it("names of inputs that repeat are told apart", () => {
    const g = new GraphBuilder();
    const [a, b] = [g.input("float32", [2], "w"), g.input("float32", [2], "w")];
    const model = lowerToModel(g.finish(g.op("add", [a, b])));
    expect(new Set(model.graph.input.map((i) => i.name)).size).toBe(2);
  });
});

describe("sizes", () => {
  const batch = dim.symbol("batch");
  const seq = dim.symbol("seq");
  it("symbolic ones are named, and reshape keeps them without computing shapes", () => {
    const g = new GraphBuilder();
    const x = g.input("float32", [batch, seq, 12]);
    const y = g.op("reshape", [x], { shape: [batch, seq, 3, 4] }, [{ dtype: "float32", shape: [batch, seq, 3, 4] }]);
    const z = g.op("reshape", [y], { shape: [dim.mul(batch, seq), 12] }, [
      { dtype: "float32", shape: [dim.mul(batch, seq), 12] },
    ]);
    const model = lowerToModel(g.finish(y, z));
    expect(dims(model, "input")).toEqual([["batch", "seq", 12]]);
    expect(dims(model, "output")).toEqual([
      ["batch", "seq", 3, 4],
      ["batch*seq", 12],
    ]);
    expect(types(model)).toEqual(["Reshape", "Reshape"]);
  });
  it("are computed from the inputs where they are needed", () => {
    const g = new GraphBuilder();
    const x = g.input("float32", [dim.add(dim.mul(batch, 2), 1), 4]);
    const shape = [dim.floordiv(dim.add(batch, 1), 2), dim.mod(batch, 3), 4];
    const y = g.op(
      "broadcast_to",
      [g.op("slice", [x], { start: [0, 0], limit: [1, 4], strides: [1, 1] }, [{ dtype: "float32", shape: [1, 4] }])],
      { shape },
      [{ dtype: "float32", shape }],
    );
    const model = lowerToModel(g.finish(y));
    expect(types(model)).toContain("Shape");
    expect(types(model)).toContain("Mod");
  });
  it("one that no input has is an error", () => {
    const g = new GraphBuilder();
    const x = g.input("float32", [1, 4]);
    const graph = g.finish(g.op("broadcast_to", [x], { shape: [batch, 4] }, [{ dtype: "float32", shape: [batch, 4] }]));
    expect(() => lowerToModel(graph)).toThrow(/'batch'/);
  });
  it("a broadcast that the next op does by itself leaves no trace", () => {
    const g = new GraphBuilder();
    const [x, b] = [g.input("float32", [batch, 4]), g.input("float32", [4])];
    const wide = g.op("broadcast_to", [b], { shape: [batch, 4] }, [x]);
    expect(types(lowerToModel(g.finish(g.op("add", [x, wide]))))).toEqual(["Add"]);
  });
});

describe("constants", () => {
  const weights = (): { graph: ReturnType<GraphBuilder["finish"]>; values: Float32Array<ArrayBuffer> } => {
    const g = new GraphBuilder();
    const [x, w] = [g.input("float32", [2, 3]), g.input("float32", [3, 4], "kernel")];
    const y = g.op("dot_general", [x, w], { contract: [[1], [0]], batch: [[], []] }, [
      { dtype: "float32", shape: [2, 4] },
    ]);
    return { graph: g.finish(y), values: Float32Array.from({ length: 12 }, (_, i) => i) };
  };
  it("frozen inputs become initializers", () => {
    const { graph, values } = weights();
    const freeze = (input: GraphInput): { values: Float32Array<ArrayBuffer>; shape: number[] } | null =>
      input.name === "kernel" ? { values, shape: [3, 4] } : null;
    const model = lowerToModel(graph, { freeze });
    expect(model.graph.input.map((i) => i.name)).toEqual(["x0"]);
    expect(model.graph.initializer!.map((t) => t.name)).toEqual(["kernel"]);
    expect(model.graph.initializer![0]!.rawData).toEqual(new Uint8Array(values.buffer));
  });
  it("data may lie in a file beside the model", () => {
    const { graph, values } = weights();
    const seen: [string, number][] = [];
    const model = lowerToModel(graph, {
      freeze: (input) => (input.name === "kernel" ? { values, shape: [3, 4] } : null),
      external: (name, bytes) => {
        seen.push([name, bytes.byteLength]);
        return { location: "weights.data", offset: 4096 };
      },
    });
    expect(seen).toEqual([["kernel", 48]]);
    expect(model.graph.initializer![0]).toMatchObject({
      dataLocation: 1,
      externalData: [
        { key: "location", value: "weights.data" },
        { key: "offset", value: "4096" },
        { key: "length", value: "48" },
      ],
    });
    expect(model.graph.initializer![0]!.rawData).toBeUndefined();
  });
  it("equal constants are stored once; -0, 0 and NaN are three", () => {
    const g = new GraphBuilder();
    const x = g.input("float32", [2]);
    let y = x;
    for (const value of [1, 1, 0, -0, Number.NaN, Number.NaN]) y = g.op("maximum", [y, g.scalar(value)]);
    expect(lowerToModel(g.finish(y)).graph.initializer).toHaveLength(4);
  });
});

describe("what is emitted", () => {
  it("equal nodes once, unused ones not at all", () => {
    const g = new GraphBuilder();
    const x = g.input("float32", [2, 3]);
    const [a, b] = [g.op("exp", [x]), g.op("exp", [x])];
    g.op("log", [x]);
    expect(types(lowerToModel(g.finish(g.op("add", [a, b])))).sort()).toEqual(["Add", "Exp"]);
  });
  it("the standard's operators alone in portable models", () => {
    const g = new GraphBuilder();
    const [x, y] = [g.input("float32", [4, 2, 3]), g.input("float32", [4, 2, 5])];
    const z = g.op("dot_general", [x, y], { contract: [[1], [1]], batch: [[0], [0]] }, [
      { dtype: "float32", shape: [4, 3, 5] },
    ]);
    expect(lowerToModel(g.finish(z)).opsetImport).toEqual([{ domain: "", version: 21 }]);
    const runtime = lowerToModel(g.finish(z), { target: "runtime" });
    expect(types(runtime)).toEqual(["FusedMatMul"]);
    expect(runtime.opsetImport).toContainEqual({ domain: "com.microsoft", version: 1 });
  });
  it("columns are shared by a convolution and the gradient of its kernel", () => {
    const g = new GraphBuilder();
    const [x, k, d] = [
      g.input("float32", [2, 8, 8, 3]),
      g.input("float32", [3, 3, 3, 4]),
      g.input("float32", [2, 8, 8, 4]),
    ];
    const attrs = {
      strides: [1, 1],
      padding: [
        [1, 1],
        [1, 1],
      ],
      inputDilation: [1, 1],
      kernelDilation: [1, 1],
      groups: 1,
    };
    const y = g.op("conv", [x, k], attrs, [d]);
    const grad = g.op("conv_kernel_grad", [x, d], { ...attrs, kernelShape: k.shape }, [k]);
    expect(types(lowerToModel(g.finish(y, grad), { target: "runtime" })).filter((t) => t === "Gather")).toHaveLength(1);
  });
  it("a bias is added to the matrix that a convolution gives, where the two fuse", () => {
    const g = new GraphBuilder();
    const [x, k, b] = [g.input("float32", [2, 8, 8, 3]), g.input("float32", [3, 3, 3, 4]), g.input("float32", [4])];
    const attrs = {
      strides: [1, 1],
      padding: [
        [1, 1],
        [1, 1],
      ],
      inputDilation: [1, 1],
      kernelDilation: [1, 1],
      groups: 1,
    };
    const spec = { dtype: "float32" as const, shape: [2, 8, 8, 4] };
    const model = lowerToModel(g.finish(g.op("relu", [g.op("add", [g.op("conv", [x, k], attrs, [spec]), b])])), {
      target: "runtime",
    });
    const add = model.graph.node.find((n) => n.opType === "Add")!;
    expect(producer(model, add.input[0]!).opType).toBe("MatMul");
  });
  it("the gradient of a relu behind pooling is taken on the small map", () => {
    const g = new GraphBuilder();
    const [z, d] = [g.input("float32", [2, 8, 8, 4]), g.input("float32", [2, 4, 4, 4])];
    const pool = {
      window: [2, 2],
      strides: [2, 2],
      padding: [
        [0, 0],
        [0, 0],
      ],
    };
    const r = g.op("relu", [z]);
    const y = g.op("max_pool", [r], pool, [d]);
    const spread = g.op("max_pool_grad", [r, y, d], pool, [z]);
    const model = lowerToModel(g.finish(y, g.op("relu_grad", [spread, z])), { target: "runtime" });
    const mask = model.graph.node.find((n) => n.opType === "Greater")!;
    expect(producer(model, mask.input[0]!).name).toContain("max_pool/");
  });
  it("the gradients of all slices of an array are joined", () => {
    const g = new GraphBuilder();
    const parts = [0, 1, 2].map(() => g.input("float32", [2, 4]));
    const wide = { dtype: "float32" as const, shape: [2, 12] };
    const zero = g.scalar(0);
    const padded = parts.map((p, i) =>
      g.op("pad", [p, zero], { low: [0, 4 * i], high: [0, 8 - 4 * i], interior: [0, 0] }, [wide]),
    );
    const sum = g.op("add", [g.op("add", [padded[2]!, padded[0]!]), padded[1]!]);
    const model = lowerToModel(g.finish(sum), { target: "runtime" });
    expect(types(model)).toEqual(["Concat"]);
    expect(model.graph.node[0]!.input).toEqual(["x0", "x1", "x2"]);
  });
  it("an op that ONNX lacks is an error that names it", () => {
    const g = new GraphBuilder();
    const x = g.input("float32", [2, 2]);
    g.path = "solver";
    expect(() => lowerToOnnx(g.finish(g.op("eigh", [x])))).toThrow(/eigh.*solver/);
  });
});

describe("onnxSupports", () => {
  const supports = (name: string, dtype: string, attrs = {}, options = {}): boolean =>
    onnxSupports({ name, infer: () => [] }, [{ dtype: dtype as never, shape: [2, 2] }], attrs, options);
  it("decides by op, dtype and attributes", () => {
    expect(supports("tanh", "float32")).toBe(true);
    expect(supports("tan", "float64")).toBe(false);
    expect(supports("svd", "float32")).toBe(false);
    expect(supports("tanh", "complex64")).toBe(false);
    expect(supports("cast", "float32", { dtype: "complex64" })).toBe(false);
    expect(supports("cast", "float32", { dtype: "bfloat16" })).toBe(true);
    expect(supports("toString", "float32")).toBe(false);
    expect(supports("bitcast", "float32", { dtype: "int32" }, { opset: 26 })).toBe(true);
    expect(supports("bitcast", "float32", { dtype: "int32" }, { opset: 21 })).toBe(false);
    expect(supports("bitcast", "float32", { dtype: "int8" }, { opset: 26 })).toBe(false);
  });
});

import { lowerToOnnx } from "@keras/lowering-onnx";
import { beforeAll, describe, expect, it } from "vitest";
import { loadCApi } from "../src/runtime/c-api-node.ts";
import { loadPackage } from "../src/runtime/node.ts";
import { loadRuntime } from "../src/runtime/web.ts";
import type { OrtRuntime } from "../src/runtime/runtime.ts";
import { settings } from "../src/settings.ts";
import { GraphBuilder } from "./kit.ts";

const RUNTIMES: readonly (readonly [string, () => Promise<OrtRuntime>, background: boolean])[] = [
  ["the C API", loadCApi, false],
  ["the C API in the background", loadCApi, true],
  ["onnxruntime-node's own binding", loadPackage, false],
  // What browsers run: the same WebAssembly.
  ["onnxruntime-web", loadRuntime, false],
];

describe.each(RUNTIMES)("%s", (_name, load, background) => {
  let runtime: OrtRuntime;
  beforeAll(async () => {
    runtime = await load();
  });
  it("runs graphs and writes results into the arrays offered", async () => {
    const g = new GraphBuilder();
    const [x, w] = [g.input("float32", [2, 3]), g.input("float32", [3, 2])];
    const dot = { contract: [[1], [0]], batch: [[], []] };
    const y = g.op("tanh", [g.op("dot_general", [x, w], dot, [{ dtype: "float32", shape: [2, 2] }])]);
    const graph = g.finish(y, g.op("cast", [y], { dtype: "int32" }, [{ dtype: "int32", shape: [2, 2] }]));
    const names = { inputNames: ["x0", "x1"], outputNames: ["y0", "y1"] };
    const session = await runtime.session(
      { bytes: lowerToOnnx(graph, { target: "runtime", ...names }), ...names },
      { ...settings(), threads: 1, background },
    );
    const [out, whole] = [new Float32Array(4), new Int32Array(4)];
    const inputs = [
      runtime.tensor("float32", Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]),
      runtime.tensor("float32", Float32Array.of(0.1, 0, 0, 0.1, 0.1, 9), [3, 2]),
    ];
    const outputs = [runtime.tensor("float32", out, [2, 2]), runtime.tensor("int32", whole, [2, 2])];
    await session.run(inputs, outputs);
    const expected = [0.4, 27.2, 1, 54.5].map(Math.tanh);
    out.forEach((v, i) => expect(v).toBeCloseTo(expected[i]!, 5));
    expect(Array.from(whole)).toEqual([0, 1, 0, 1]);
    await session.run(inputs, outputs);
    session.dispose();
  });
  it("says what is wrong with a model or its inputs", async () => {
    const names = { inputNames: ["x0"], outputNames: ["y0"] };
    const broken = { bytes: new Uint8Array([1, 2, 3]), ...names };
    await expect((async () => runtime.session(broken, { ...settings(), background }))()).rejects.toThrow(/.{10,}/);
    const g = new GraphBuilder();
    const graph = g.finish(g.op("exp", [g.input("float32", [2])]));
    const model = { bytes: lowerToOnnx(graph, { target: "runtime", ...names }), ...names };
    const session = await runtime.session(model, { ...settings(), threads: 1, background });
    const wrong = runtime.tensor("float32", new Float32Array(3), [3]);
    const out = runtime.tensor("float32", new Float32Array(2), [2]);
    await expect((async () => session.run([wrong], [out]))()).rejects.toThrow(/dim|shape/i);
    session.dispose();
  });
});

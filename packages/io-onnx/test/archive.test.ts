import { createRequire } from "node:module";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportModel, ExportArchive } from "@keras/models";
import { Input, layers, NDArray, ops, Sequential, setBackend } from "keras";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { onnx } from "../src/index.ts";

interface Session {
  run(feeds: Record<string, unknown>): Promise<Record<string, { readonly data: Float32Array }>>;
}
interface Ort {
  readonly InferenceSession: { create(model: Uint8Array | string): Promise<Session> };
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => unknown;
}
const ort = createRequire(new URL("../../backend-onnx/package.json", import.meta.url))("onnxruntime-node") as Ort;
const folder = mkdtempSync(join(tmpdir(), "keras-archive-"));
beforeAll(() => setBackend("ref"));
afterAll(() => rmSync(folder, { recursive: true }));

const floats = (values: readonly number[], dims: readonly number[]): unknown =>
  new ort.Tensor("float32", Float32Array.from(values), dims);
const dense = (): Sequential =>
  new Sequential([Input({ shape: [3], name: "x" }), new layers.Dense({ units: 2, name: "y" })], { name: "net" });

describe("ExportArchive", () => {
  test("exports functions of a model under their names", async () => {
    const model = dense();
    const archive = new ExportArchive();
    archive.track(model);
    await archive.addEndpoint(
      "score",
      (x: ops.Tensor, scale: ops.Tensor) => ({ s: ops.multiply(model.apply(x), scale) }),
      {
        inputSignature: [
          { shape: [null, 3], name: "x" },
          { shape: [], name: "scale" },
        ],
      },
    );
    await archive.addEndpoint("raw", model);
    await expect(archive.writeOut(undefined, { format: onnx })).rejects.toThrow(/`endpoint`, one of 'score', 'raw'/);
    const report = await archive.writeOut(undefined, { format: onnx, endpoint: "score" });
    expect(report.parameters).toBe(8);
    expect(report.outputs).toEqual([{ name: "s", dtype: "float32", shape: ["batch", 2] }]);
    const session = await ort.InferenceSession.create(report.files[0]!.bytes);
    const { s } = await session.run({ x: floats([1, 2, 3], [1, 3]), scale: floats([2], []) });
    const ours = (await model.predict([[1, 2, 3]])).values as Float32Array;
    ours.forEach((v, i) => expect(s!.data[i]).toBeCloseTo(2 * v, 5));
  });

  test("a function that trains is a graph over variables", async () => {
    const w = new ops.Variable([1, 2], { name: "w" });
    const archive = new ExportArchive();
    const step = (x: ops.Tensor): ops.Tensor => {
      const { value, grads } = ops.valueAndGrad(() => ops.sum(ops.square(ops.multiply(w, x))), [w]);
      w.assign(ops.subtract(w, ops.multiply(grads[0]!, 0.1)));
      return value;
    };
    await archive.addEndpoint("train", step, { inputSignature: [{ shape: [2], name: "x" }] });
    expect(archive.trainableVariables).toEqual([w]);
    const { files } = await archive.writeOut(undefined, { format: onnx, variables: "inputs" });
    const session = await ort.InferenceSession.create(files[0]!.bytes);
    const results = await session.run({ x: floats([1, 1], [2]), [w.path]: floats([1, 2], [2]) });
    expect(results["output_0"]!.data[0]).toBeCloseTo(5);
    expect([...results[`${w.path}/updated`]!.data].map((v) => Math.round(v * 10) / 10)).toEqual([0.8, 1.6]);
    // As constants it warns: the assignment is gone.
    const { warnings } = await archive.writeOut(undefined, { format: onnx });
    expect(warnings[0]).toMatch(/changes the variable/);
  });

  test("says what is missing", async () => {
    const archive = new ExportArchive();
    await expect(archive.writeOut(undefined, { format: onnx })).rejects.toMatchObject({ code: "state" });
    await expect(archive.addEndpoint("f", (x: ops.Tensor) => x)).rejects.toThrow(/inputSignature/);
    expect(() => archive.track(new layers.Dense({ units: 1 }))).toThrow(/build the layer/);
    expect(() => archive.track({})).toThrow(/only layers/);
    await archive.addEndpoint("f", (x: ops.Tensor) => x, { inputSignature: [{ shape: [1] }] });
    await expect(archive.addEndpoint("f", dense())).rejects.toThrow(/already/);
    await expect(archive.writeOut(undefined, { format: onnx, endpoint: "g" })).rejects.toThrow(/no endpoint 'g'/);
    await expect(exportModel(dense(), "a.onnx", {} as never)).rejects.toThrow(/import { onnx }/);
  });
});

describe("model.export", () => {
  test("finds the format by the ending, and says what it does", async () => {
    const lines: string[] = [];
    const report = await dense().export(join(folder, "m.onnx"), { verbose: (line) => void lines.push(line) });
    expect(report.format).toBe("onnx");
    expect(readdirSync(folder)).toEqual(["m.onnx"]);
    expect(lines.join("\n")).toMatch(
      /Exporting 'net' to ONNX.*2 ops, 8 parameters, .* bytes in 1 file.*serve\(x: float32\[batch, 3\]\) → y: float32\[batch, 2\].*Saved at/s,
    );
    await expect(dense().export(undefined, { format: "keras" as "onnx" })).rejects.toThrow(/formats are .*'onnx'/);
  });
});

test("batch normalization goes into the weights before it", async () => {
  const model = new Sequential([
    Input({ shape: [8, 8, 3], name: "x" }),
    new layers.Conv2D({ filters: 4, kernelSize: 3, padding: "same" }),
    new layers.BatchNormalization(),
    new layers.ReLU(),
    new layers.DepthwiseConv2D({ kernelSize: 3, useBias: false }),
    new layers.BatchNormalization(),
    new layers.Flatten(),
    new layers.Dense({ units: 5 }),
    new layers.BatchNormalization({ scale: false }),
    new layers.BatchNormalization(),
  ]);
  for (const [i, v] of model.variables.entries()) {
    const n = v.shape.reduce<number>((a, d) => a * (d as number), 1);
    const wave = Float32Array.from({ length: n }, (_, j) => 0.6 + 0.5 * Math.sin(3 * i + j));
    v.assign(ops.reshape(ops.array([...wave]), v.shape as number[]));
  }
  const { ops: counts, files } = await exportModel(model, undefined, { format: onnx });
  expect(counts["Mul"]).toBeUndefined();
  expect(counts["Conv"]).toBe(2);
  expect(counts["MatMul"]).toBe(1);
  // One shift each; that of the depthwise convolution has no bias to go into.
  expect(counts["Add"]).toBe(3);
  const x = new NDArray(
    Float32Array.from({ length: 2 * 8 * 8 * 3 }, (_, i) => Math.sin(i)),
    [2, 8, 8, 3],
    "float32",
  );
  const session = await ort.InferenceSession.create(files[0]!.bytes);
  const theirs = Object.values(await session.run({ x: floats([...x.values], x.shape) }))[0]!.data;
  const ours = (await model.predict(x)).values as Float32Array;
  ours.forEach((v, i) => expect(Math.abs(v - theirs[i]!) / (1 + Math.abs(v))).toBeLessThan(1e-4));
});

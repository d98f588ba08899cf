import { createRequire } from "node:module";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeModel } from "@keras/lowering-onnx";
import { Input, layers, Model, NDArray, ops, Sequential, setBackend } from "keras";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportOnnx } from "../src/index.ts";
import { MODELS } from "./models.ts";

type Tensors = Record<string, { readonly data: Float32Array; readonly dims: readonly number[] }>;
interface Ort {
  readonly InferenceSession: {
    create(model: Uint8Array | string): Promise<{ run(feeds: Record<string, unknown>): Promise<Tensors> }>;
  };
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => unknown;
}
const ort = createRequire(new URL("../../backend-onnx/package.json", import.meta.url))("onnxruntime-node") as Ort;

const folder = mkdtempSync(join(tmpdir(), "keras-onnx-"));
beforeAll(() => setBackend("ref"));
afterAll(() => rmSync(folder, { recursive: true }));

const wave = (shape: readonly number[]): NDArray<"float32"> =>
  new NDArray(
    Float32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => Math.sin(i)),
    [...shape],
    "float32",
  );

/** The largest difference between a model and its export, run by ONNX Runtime. */
async function difference(
  model: Model<never, unknown>,
  onnx: Uint8Array | string,
  outputs: readonly { readonly name: string }[],
  inputs: Readonly<Record<string, NDArray>>,
): Promise<number> {
  const session = await ort.InferenceSession.create(onnx);
  const theirs = await session.run(
    Object.fromEntries(Object.entries(inputs).map(([name, a]) => [name, new ort.Tensor("float32", a.values, a.shape)])),
  );
  const values = Object.values(inputs);
  const ours: unknown = await model.predict((values.length === 1 ? values[0] : inputs) as never);
  const arrays = (ours instanceof NDArray ? [ours] : Object.values(ours as object)) as NDArray[];
  expect(outputs).toHaveLength(arrays.length);
  return Math.max(
    ...arrays.map((a, i) => {
      const { data, dims } = theirs[outputs[i]!.name]!;
      expect(dims).toEqual([...a.shape]);
      return Math.max(...(a.values as Float32Array).map((v, j) => Math.abs(v - data[j]!)));
    }),
  );
}

describe("ONNX Runtime computes what the model does, for any batch size", () => {
  test.for(Object.keys(MODELS))("%s", async (name) => {
    const { model, inputs } = MODELS[name]!();
    const { data, outputs, warnings } = await exportOnnx(model);
    expect(warnings).toEqual([]);
    for (const batch of [1, 5]) {
      const feeds = Object.fromEntries(Object.entries(inputs).map(([key, shape]) => [key, wave([batch, ...shape])]));
      expect(await difference(model, data, outputs, feeds)).toBeLessThan(1e-5);
    }
  });

  test("other unknown sizes stay free, too", async () => {
    const { model } = MODELS["attention"]!();
    const { data, outputs, inputs } = await exportOnnx(model);
    expect(inputs).toEqual([{ name: "tokens", dtype: "float32", shape: ["batch", "tokens_dim_1", 8] }]);
    expect(outputs.map((o) => o.name)).toEqual(["hidden", "mean"]);
    for (const length of [1, 9])
      expect(await difference(model, data, outputs, { tokens: wave([2, length, 8]) })).toBeLessThan(1e-5);
  });
});

describe("the file", () => {
  test("names weights by their paths, and inputs and outputs as the model does", async () => {
    const model = new Sequential([Input({ shape: [4], name: "x" }), new layers.Dense({ units: 2, name: "y" })], {
      name: "m",
    });
    const report = await exportOnnx(model, join(folder, "m.onnx"), { metadata: { author: "me" } });
    expect(report).toMatchObject({ parameters: 10, opset: 21, ops: { MatMul: 1, Add: 1 }, bytes: report.data.length });
    expect(report.outputs).toEqual([{ name: "y", dtype: "float32", shape: ["batch", 2] }]);
    const written = decodeModel(readFileSync(join(folder, "m.onnx")));
    expect(written.graph!.initializer!.map((t) => t.name)).toEqual(["y/kernel", "y/bias"]);
    expect(written.producerName).toBe("keras");
    const metadata = Object.fromEntries(written.metadataProps!.map(({ key, value }) => [key, value]));
    expect(metadata).toMatchObject({ author: "me", keras_version: "3.15.1" });
    expect(JSON.parse(metadata["keras_config"]!)).toMatchObject({ class_name: "Sequential", config: { name: "m" } });
    expect(readdirSync(folder).filter((name) => name.startsWith("m.onnx"))).toEqual(["m.onnx"]);
  });

  test("takes other names, and a fixed batch size", async () => {
    const { model } = MODELS["mlp"]!();
    const { inputs, outputs } = await exportOnnx(model, undefined, {
      inputNames: ["in"],
      outputNames: ["out"],
      batchSize: 3,
      opset: 18,
    });
    expect(inputs).toEqual([{ name: "in", dtype: "float32", shape: [3, 4] }]);
    expect(outputs).toEqual([{ name: "out", dtype: "float32", shape: [3, 2] }]);
    await expect(exportOnnx(model, undefined, { outputNames: ["a", "b"] })).rejects.toThrow(/1 outputs, but 2 names/);
  });

  test("puts weights into a file beside it", async () => {
    const model = new Sequential([Input({ shape: [64], name: "x" }), new layers.Dense({ units: 64 })]);
    const path = join(folder, "big.onnx");
    const { data, externalData, outputs } = await exportOnnx(model, path, { externalData: true });
    expect(data.length).toBeLessThan(externalData!.length);
    expect(existsSync(`${path}.data`)).toBe(true);
    expect(await difference(model, path, outputs, { x: wave([2, 64]) })).toBeLessThan(1e-5);
  });

  test("holds computed constants in place of their computation", async () => {
    const x = Input({ shape: [3], name: "x" });
    const table = ops.add(ops.array([1, 2, 3]), ops.array([1, 1, 1]));
    class Scaled extends layers.Layer {
      override call(inputs: ops.Tensor): ops.Tensor {
        return ops.multiply(inputs, ops.exp(ops.add(table, 1)));
      }
    }
    const model = new Model({ inputs: x, outputs: new Scaled().apply(x) });
    expect((await exportOnnx(model)).ops).toEqual({ Mul: 1 });
  });
});

describe("a subclassed model", () => {
  class Twice extends Model {
    readonly dense = new layers.Dense({ units: 2 });
    override call(x: ops.Tensor): ops.Tensor {
      return ops.multiply(this.dense.apply(x), 2);
    }
  }

  test("is exported on the shape it was built for, or on a given one", async () => {
    const model = new Twice();
    await expect(exportOnnx(model)).rejects.toMatchObject({
      code: "build",
      message: expect.stringContaining("inputSignature") as string,
    });
    const { data, inputs, outputs } = await exportOnnx(model, undefined, {
      inputSignature: [{ shape: [null, 3], name: "x" }],
    });
    expect(inputs).toEqual([{ name: "x", dtype: "float32", shape: ["batch", 3] }]);
    expect(outputs.map((o) => o.name)).toEqual(["output_0"]);
    expect(await difference(model as never, data, outputs, { x: wave([4, 3]) })).toBeLessThan(1e-5);
    await model.predict(wave([2, 3]));
    expect((await exportOnnx(model)).inputs[0]!.shape).toEqual(["batch", 3]);
  });
});

describe("errors", () => {
  test("an op that ONNX lacks names the layer, the op, and what to do", async () => {
    class Spectrum extends layers.Layer {
      override call(x: ops.Tensor): ops.Tensor {
        return ops.linalg.svd(x, { computeUv: false }) as unknown as ops.Tensor;
      }
    }
    const x = Input({ shape: [3, 3] });
    const model = new Model({ inputs: x, outputs: new Spectrum({ name: "spectrum" }).apply(x) });
    const error: unknown = await exportOnnx(model).catch((e: unknown) => e);
    expect(error).toMatchObject({
      code: "unsupported",
      op: "svd",
      message: expect.stringMatching(/ONNX.*spectrum/s) as string,
    });
  });

  test("a wrong ending", async () => {
    await expect(exportOnnx(MODELS["mlp"]!().model, "a.keras")).rejects.toMatchObject({ code: "argument" });
  });
});

import { Input, layers, Model, ops, Sequential, setBackend } from "keras";
import { beforeAll, expect, test } from "vitest";
import { exportSavedModel } from "../src/index.ts";

beforeAll(() => setBackend("ref"));

const small = (): Sequential =>
  new Sequential([Input({ shape: [4], name: "x" }), new layers.Dense({ units: 2, name: "y" })]);

test("reports what is in it, without a file system", async () => {
  const report = await exportSavedModel(small());
  expect(report).toMatchObject({
    format: "tf_saved_model",
    path: null,
    parameters: 10,
    ops: { MatMul: 1, AddV2: 1 },
    inputs: [{ name: "x", dtype: "float32", shape: ["batch", 4] }],
    outputs: [{ name: "y", dtype: "float32", shape: ["batch", 2] }],
    warnings: [],
  });
  expect(report.bytes).toBe(report.files.reduce((n, f) => n + f.bytes.length, 0));
  // 10 floats, and the description of the objects.
  const data = report.files.find((f) => f.name.startsWith("variables/variables.data"))!;
  expect(data.bytes.length).toBeGreaterThan(40);
});

test("equal models give equal bytes", async () => {
  const model = small();
  const [a, b] = [await exportSavedModel(model), await exportSavedModel(model)];
  a.files.forEach((file, i) => expect(file).toEqual(b.files[i]));
});

test("an op that TensorFlow lacks names the layer, the op, and what to do", async () => {
  class Pivots extends layers.Layer {
    override call(x: ops.Tensor): ops.Tensor {
      return ops.linalg.luFactor(x)[0];
    }
  }
  const x = Input({ shape: [3, 3] });
  const model = new Model({ inputs: x, outputs: new Pivots({ name: "pivots" }).apply(x) });
  const error: unknown = await exportSavedModel(model).catch((e: unknown) => e);
  expect(error).toMatchObject({
    code: "unsupported",
    op: "lu",
    message: expect.stringMatching(/TensorFlow SavedModel.*pivots/s) as string,
  });
});

test("an unknown default endpoint is refused", async () => {
  await expect(exportSavedModel(small(), undefined, { defaultEndpoint: "nope" })).rejects.toMatchObject({
    code: "argument",
    message: expect.stringContaining("'serve'") as string,
  });
});

test("the umbrella knows it by Keras's name", async () => {
  const { format, files } = await small().export(undefined, { format: "tf_saved_model" });
  expect([format, files.at(-1)!.name]).toEqual(["tf_saved_model", "saved_model.pb"]);
});

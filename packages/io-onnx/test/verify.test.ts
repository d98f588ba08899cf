import { verifyExport } from "@keras/models";
import { Input, layers, Model, ops, Sequential, setBackend } from "keras";
import { beforeAll, expect, test } from "vitest";
import { exportOnnx, onnxRuntime } from "../src/index.ts";
import { MODELS } from "./models.ts";

beforeAll(() => setBackend("ref"));

test("an export agrees with its model", async () => {
  const { model } = MODELS["attention"]!();
  const { data } = await exportOnnx(model);
  const check = await verifyExport(data, model, { runtime: onnxRuntime, length: 9 });
  expect(check).toMatchObject({ runtime: "ONNX Runtime", passed: true });
  expect(Object.keys(check.outputs)).toEqual(["hidden", "mean"]);
  expect(check.difference).toBeLessThan(1e-5);
});

test("another model does not", async () => {
  const make = (): Sequential => new Sequential([Input({ shape: [4] }), new layers.Dense({ units: 2 })]);
  const { data } = await exportOnnx(make());
  const check = await verifyExport(data, make(), { runtime: onnxRuntime });
  expect(check.passed).toBe(false);
  expect(check.difference).toBeGreaterThan(1e-3);
  const [a, b] = [Input({ shape: [4] }), Input({ shape: [4] })];
  const two = new Model({ inputs: [a, b], outputs: ops.add(a, b) });
  await expect(verifyExport(data, two, { runtime: onnxRuntime })).rejects.toThrow(/do not belong together/);
});

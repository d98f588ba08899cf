import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeModel, type ModelProto } from "@keras/lowering-onnx";
import { NDArray, setBackend } from "keras";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportOnnx, importOnnx } from "../src/index.ts";
import { MODELS } from "./models.ts";

const folder = mkdtempSync(join(tmpdir(), "keras-import-"));
beforeAll(() => setBackend("ref"));
afterAll(() => rmSync(folder, { recursive: true }));

const wave = (shape: readonly number[]): NDArray<"float32"> =>
  new NDArray(
    Float32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => Math.sin(i)),
    [...shape],
    "float32",
  );
const arraysOf = (x: unknown): NDArray[] => (x instanceof NDArray ? [x] : (Object.values(x as object) as NDArray[]));

describe("a model that was exported comes back", () => {
  test.for(Object.keys(MODELS))("%s", async (name) => {
    const { model, inputs } = MODELS[name]!();
    const exported = await exportOnnx(model);
    const again = await importOnnx(exported.data);
    for (const batch of [1, 3]) {
      const given = Object.entries(inputs).map(([key, shape]) => [key, wave([batch, ...shape])] as const);
      const feed = (given.length === 1 ? given[0]![1] : Object.fromEntries(given)) as never;
      const ours = arraysOf(await model.predict(feed));
      const theirs = arraysOf(await again.predict(feed));
      expect(theirs.length).toBe(ours.length);
      ours.forEach((a, i) => {
        expect(theirs[i]!.shape).toEqual(a.shape);
        (a.values as Float32Array).forEach((v, j) => expect((theirs[i]!.values as Float32Array)[j]).toBeCloseTo(v, 4));
      });
    }
    const twice = await exportOnnx(again);
    expect(twice.inputs.map((x) => x.shape)).toEqual(exported.inputs.map((x) => x.shape));
  });
});

test("it trains", async () => {
  const { model } = MODELS["mlp"]!();
  const again = await importOnnx((await exportOnnx(model)).data);
  expect(again.trainableVariables).toHaveLength(4);
  again.compile({ optimizer: "adam", loss: "mse" });
  const x = wave([16, 4]);
  const y = wave([16, 2]);
  const { history } = await again.fit(x, y, { epochs: 5, verbose: 0 });
  const losses = history["loss"] as number[];
  expect(losses.at(-1)!).toBeLessThan(losses[0]!);
});

test("weights in a file beside the model are read", async () => {
  const { model } = MODELS["mlp"]!();
  const path = join(folder, "m.onnx");
  const { data, externalData } = await exportOnnx(model, path, { externalData: true });
  expect((await importOnnx(path)).countParams()).toBe(model.countParams());
  if (externalData && externalData.length > 0) await expect(importOnnx(data)).rejects.toThrow(/externalData/);
});

describe("wrong files", () => {
  const graph = (nodes: ModelProto["graph"]["node"]): Uint8Array =>
    encodeModel({
      irVersion: 10,
      opsetImport: [{ domain: "", version: 21 }],
      graph: {
        name: "g",
        node: nodes,
        input: [
          { name: "x", type: { tensorType: { elemType: 1, shape: { dim: [{ dimParam: "n" }, { dimValue: 2 }] } } } },
        ],
        output: [{ name: "y" }],
      },
    });

  test("an unknown operator is named", async () => {
    const bytes = graph([{ opType: "GridSample", name: "warp", input: ["x", "x"], output: ["y"] }]);
    await expect(importOnnx(bytes)).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("GridSample") as string,
    });
  });
  test("garbage", async () => {
    await expect(importOnnx(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ code: "file_format" });
    await expect(importOnnx(join(folder, "none.onnx"))).rejects.toMatchObject({ code: "not_found" });
    await expect(importOnnx(graph([{ opType: "Relu", input: ["z"], output: ["y"] }]))).rejects.toThrow(
      /'z' is used before/,
    );
  });
});

import { ExportArchive, exportModel } from "@keras/models";
import { Input, layers, Model, ops, Sequential, setBackend } from "keras";
import { beforeAll, expect, test } from "vitest";
import { litert } from "../src/index.ts";

beforeAll(() => setBackend("ref"));

const dense = (): Sequential =>
  new Sequential([Input({ shape: [64], name: "x" }), new layers.Dense({ units: 64, name: "y", activation: "relu" })], {
    name: "net",
  });
const isAscii = (bytes: Uint8Array, text: string): boolean => Buffer.from(bytes).includes(text);

test("writes a FlatBuffer with a signature", async () => {
  const { files, ops: counts } = await exportModel(dense(), undefined, { format: litert });
  const { name, bytes } = files[0]!;
  expect(name).toBe("net.tflite");
  expect(Buffer.from(bytes.subarray(4, 8)).toString()).toBe("TFL3");
  expect(counts).toEqual({ FULLY_CONNECTED: 1, ADD: 1, RELU: 1 });
  expect(isAscii(bytes, "serving_default")).toBe(true);
  // The weights once, as the operator wants them, and little else.
  expect(bytes.length).toBeGreaterThan((64 * 64 + 64) * 4);
  expect(bytes.length).toBeLessThan((64 * 64 + 64) * 4 + 2500);
});

test("weights can be stored in less", async () => {
  const size = async (weights: "float32" | "float16" | "int8"): Promise<number> =>
    (await exportModel(dense(), undefined, { format: litert, weights })).bytes;
  const [full, half, small] = [await size("float32"), await size("float16"), await size("int8")];
  expect(full - half).toBeGreaterThan(64 * 64 * 2 - 1000);
  expect(half - small).toBeGreaterThan(64 * 64 - 1500);
});

test("several functions are several signatures", async () => {
  const model = dense();
  const archive = new ExportArchive();
  await archive.addEndpoint("serve", model);
  await archive.addEndpoint("double", (x: ops.Tensor) => ops.multiply(x, 2), {
    inputSignature: [{ shape: [null, 3] }],
  });
  const { files, endpoints } = await archive.writeOut(undefined, { format: litert });
  expect(endpoints.map((e) => e.name)).toEqual(["serve", "double"]);
  expect(isAscii(files[0]!.bytes, "double")).toBe(true);
});

test("what cannot be exported says why", async () => {
  class Spectrum extends layers.Layer {
    override call(x: ops.Tensor): ops.Tensor {
      return ops.linalg.svd(x, { computeUv: false }) as unknown as ops.Tensor;
    }
  }
  const x = Input({ shape: [3, 3] });
  const model = new Model({ inputs: x, outputs: new Spectrum({ name: "spectrum" }).apply(x) });
  await expect(exportModel(model, undefined, { format: litert })).rejects.toMatchObject({
    code: "unsupported",
    op: "svd",
    message: expect.stringMatching(/LiteRT.*spectrum/s) as string,
  });
  await expect(exportModel(dense(), "a.xml", { format: litert })).rejects.toThrow(/ends in '.tflite'/);
});

import { ExportArchive, exportModel } from "@keras/models";
import { Input, layers, Model, ops, Sequential, setBackend } from "keras";
import { beforeAll, expect, test } from "vitest";
import { openvino } from "../src/index.ts";

beforeAll(() => setBackend("ref"));

const dense = (): Sequential =>
  new Sequential([Input({ shape: [64], name: "x" }), new layers.Dense({ units: 64, name: "y", activation: "relu" })], {
    name: "net",
  });
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test("writes a network and its weights", async () => {
  const report = await exportModel(dense(), undefined, { format: openvino });
  expect(report.files.map((f) => f.name)).toEqual(["net.bin", "net.xml"]);
  expect(report.ops).toEqual({ MatMul: 1, Add: 1, ReLU: 1 });
  const xml = text(report.files[1]!.bytes);
  expect(xml).toContain(
    '<layer id="0" name="x" type="Parameter" version="opset1"><data shape="?,64" element_type="f32"/>',
  );
  expect(xml).toContain('names="y"');
  expect(report.files[0]!.bytes.length).toBe((64 * 64 + 64) * 4);
});

test("weights in half precision take half the space", async () => {
  const { files } = await exportModel(dense(), undefined, { format: openvino, weights: "float16" });
  expect(files[0]!.bytes.length).toBe((64 * 64 + 64) * 2);
  expect(text(files[1]!.bytes)).toContain('<attribute name="decompression" version="0"/>');
});

test("names that XML would not take are escaped", async () => {
  const x = Input({ shape: [2], name: "x" });
  const model = new Model({ inputs: x, outputs: ops.add(x, 1) });
  const { files } = await exportModel(model, undefined, {
    format: openvino,
    inputNames: ['a<"&'],
    outputNames: ["b,c"],
  });
  const xml = text(files[1]!.bytes);
  expect(xml).toContain('name="a&lt;&quot;&amp;"');
  expect(xml).toContain(String.raw`names="b\,c"`);
});

test("what cannot be exported says why", async () => {
  class Spectrum extends layers.Layer {
    override call(x: ops.Tensor): ops.Tensor {
      return ops.linalg.svd(x, { computeUv: false }) as unknown as ops.Tensor;
    }
  }
  const x = Input({ shape: [3, 3] });
  const model = new Model({ inputs: x, outputs: new Spectrum({ name: "spectrum" }).apply(x) });
  await expect(exportModel(model, undefined, { format: openvino })).rejects.toMatchObject({
    code: "unsupported",
    op: "svd",
    message: expect.stringMatching(/OpenVINO.*spectrum/s) as string,
  });
  const archive = new ExportArchive();
  await archive.addEndpoint("a", dense());
  await archive.addEndpoint("b", dense());
  await expect(archive.writeOut(undefined, { format: openvino })).rejects.toThrow(/one of 'a', 'b'/);
  await expect(exportModel(dense(), "a.bin", { format: openvino })).rejects.toThrow(/ends in '.xml'/);
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Input, layers, losses, Model, NDArray, optimizers, ops, Sequential, setBackend } from "keras";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadModel, loadWeights, modelFromJson, modelToJson, saveModel, saveWeights } from "../src/index.ts";
import { readZip } from "../src/zip/read.ts";
import { zipBytes, zipInput, type ZipInput } from "../src/zip/write.ts";

const folder = mkdtempSync(join(tmpdir(), "keras-saving-"));
const path = (name: string): string => join(folder, name);
const objects = [layers, losses, optimizers];

beforeAll(() => setBackend("ref"));
afterAll(() => rmSync(folder, { recursive: true }));

const wave = (rows: number, columns: number): NDArray =>
  new NDArray(
    Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i)),
    [rows, columns],
    "float32",
  );

const small = (units = 2): Sequential =>
  new Sequential([
    Input({ shape: [3] }),
    new layers.Dense({ units: 4, activation: "tanh" }),
    new layers.Dense({ units }),
  ]);

/** A `.keras` file with some of its files replaced; null leaves one out. */
async function altered(
  model: Model<never, unknown>,
  change: Readonly<Record<string, ((text: string) => string) | null>>,
): Promise<Uint8Array> {
  const entries: ZipInput[] = [];
  for (const [name, entry] of await readZip(await saveModel(model))) {
    const edit = change[name];
    if (edit === null) continue;
    const bytes = await entry.bytes();
    entries.push(zipInput(name, edit ? edit(new TextDecoder().decode(bytes)) : bytes));
  }
  return zipBytes(entries);
}

describe("a model in a file", () => {
  test("is the same model, and goes on training the same", async () => {
    const model = small();
    model.compile({ optimizer: new optimizers.Adam({ learningRate: 0.05 }), loss: "mse" });
    const [x, y] = [wave(12, 3), wave(12, 2)];
    await model.fit(x, y, { epochs: 2, verbose: 0, shuffle: false });
    await saveModel(model, path("a.keras"));
    const again = await loadModel(path("a.keras"), { objects });
    expect((await again.predict(x as never)).values).toEqual((await model.predict(x)).values);
    const run = async (m: Model): Promise<unknown> =>
      (await m.fit(x as never, y, { epochs: 3, verbose: 0, shuffle: false })).history;
    expect(await run(again)).toEqual(await run(model as never));
  });

  test("needs no training to predict", async () => {
    const model = small();
    model.compile({ optimizer: "sgd", loss: "mse" });
    const again = await loadModel(await saveModel(model), { objects: [layers], compile: false });
    expect(again.optimizer).toBeNull();
  });

  test("comes from bytes, a Blob, a Response or a stream", async () => {
    const model = small();
    const bytes = await saveModel(model);
    const blob = new Blob([bytes]);
    for (const input of [bytes, bytes.buffer, blob, new Response(blob), blob.stream()]) {
      expect((await loadModel(input, { objects })).countParams()).toBe(model.countParams());
    }
    await expect(loadModel(new Response("", { status: 404 }), { objects })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("goes to a stream", async () => {
    const pieces: Uint8Array[] = [];
    const model = small();
    await saveModel(model, new WritableStream<Uint8Array>({ write: (piece) => void pieces.push(piece) }));
    expect((await loadModel(new Blob(pieces as BlobPart[]), { objects })).countParams()).toBe(model.countParams());
  });

  test("keeps 2.0 apart from 2", async () => {
    const model = new Sequential([Input({ shape: [3] }), new layers.Rescaling({ scale: 3 })]);
    const bytes = await altered(model, { "config.json": (text) => text.replace('"scale": 3', '"scale": 2.0') });
    const again = await loadModel(bytes, { objects });
    expect((again.layers[0] as layers.Rescaling).config.scale).toBe(2);
    expect(modelToJson(again)).toContain('"scale": 2.0');
    const x = Input({ shape: [3], dtype: "int32" });
    const graph = new Model({ inputs: x, outputs: ops.multiply(x, ops.float(2)) });
    const loaded = await loadModel(await saveModel(graph), { objects });
    expect((await loaded.predict(new NDArray(Int32Array.of(1, 2, 3), [1, 3], "int32") as never)).dtype).toBe("float32");
  });
});

describe("errors", () => {
  test("a missing class names what to pass", async () => {
    await expect(loadModel(await saveModel(small()))).rejects.toThrow(
      /'Dense' of keras\.layers is not at hand.*@keras\/layers.*objects: \[layers\]/,
    );
    class Mine extends layers.Layer {
      override call(x: ops.Tensor): ops.Tensor {
        return ops.add(x, 1);
      }
    }
    const bytes = await saveModel(new Sequential([Input({ shape: [3] }), new Mine()]));
    await expect(loadModel(bytes, { objects })).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("objects: [Mine]") as string,
    });
    const again = await loadModel(bytes, { objects, customObjects: { Mine } });
    expect(again.layers[0]).toBeInstanceOf(Mine);
  });

  test("a file that is no model", async () => {
    const bytes = await saveModel(small());
    writeFileSync(path("no.keras"), "not a zip");
    await expect(loadModel(path("no.keras"))).rejects.toMatchObject({ code: "file_format" });
    await expect(loadModel(path("nowhere.keras"))).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("nowhere.keras") as string,
    });
    await expect(loadModel(new Uint8Array())).rejects.toMatchObject({ code: "file_format" });
    for (const at of [10, bytes.length >> 1, bytes.length - 30]) {
      await expect(loadModel(bytes.slice(0, at), { objects })).rejects.toMatchObject({ code: "file_format" });
    }
    await expect(loadModel(await altered(small(), { "config.json": () => "{" }), { objects })).rejects.toMatchObject({
      code: "file_format",
    });
    await expect(loadModel(await altered(small(), { "config.json": () => "[1]" }), { objects })).rejects.toMatchObject({
      code: "file_format",
    });
    await expect(loadModel(await altered(small(), { "model.weights.h5": null }), { objects })).rejects.toThrow(
      /no 'model.weights.h5'/,
    );
  });

  test("Python code in a file is refused, whatever is asked for", async () => {
    const lambda = { class_name: "__lambda__", config: { value: ["4wEAAA==", null, null] } };
    const bytes = await altered(small(), {
      "config.json": (text) => text.replace('"activation": "tanh"', `"activation": ${JSON.stringify(lambda)}`),
    });
    await expect(loadModel(bytes, { objects })).rejects.toThrow(/Python lambda/);
    await expect(loadModel(bytes, { objects, safeMode: false })).rejects.toThrow(/Python lambda/);
  });

  test("a Lambda layer is loaded only by whoever asks for it and brings the class", async () => {
    class Lambda extends layers.Layer {
      override call(x: ops.Tensor): ops.Tensor {
        return ops.multiply(x, 2);
      }
    }
    const model = new Sequential([Input({ shape: [3] }), new Lambda({ name: "double" })]);
    const bytes = await altered(model, {
      "config.json": (text) =>
        text.replace('"module": null, "class_name": "Lambda"', '"module": "keras.layers", "class_name": "Lambda"'),
    });
    const options = { objects, customObjects: { Lambda } };
    await expect(loadModel(bytes, options)).rejects.toThrow(/Lambda layer 'double'.*safeMode: false/);
    await expect(loadModel(bytes, { objects, safeMode: false })).rejects.toThrow(/needs the option .function/);
    expect((await loadModel(bytes, { ...options, safeMode: false })).layers[0]).toBeInstanceOf(Lambda);
  });

  test("weights of another shape", async () => {
    const weights = await saveWeights(small(2));
    await expect(loadWeights(small(5), weights)).rejects.toThrow(/\[4, 5\], but the file has \[4, 2\]/);
    const warnings: string[] = [];
    const failures = await loadWeights(small(5), weights, { skipMismatch: true, onWarning: (w) => warnings.push(w) });
    expect(failures.map((f) => f.path)).toEqual(["layers/dense_1"]);
    expect(warnings).toHaveLength(1);
  });

  test("wrong names", async () => {
    await expect(saveModel(small(), path("a.h5"))).rejects.toThrow(/ends in '.keras'/);
    await expect(saveWeights(small(), path("a.keras"))).rejects.toThrow(/'.weights.h5'/);
    await saveModel(small(), path("there.keras"));
    await expect(saveModel(small(), path("there.keras"), { overwrite: false })).rejects.toThrow(/exists already/);
  });

  test("a failure leaves the old file, and nothing else", async () => {
    await saveModel(small(), path("kept.keras"));
    const before = readFileSync(path("kept.keras"));
    const files = readdirSync(folder).length;
    const model = small();
    const broken = model.layers[0] as layers.Dense;
    broken.kernel.held().dispose();
    await expect(saveModel(model, path("kept.keras"))).rejects.toThrow(/disposed/);
    expect(readFileSync(path("kept.keras")).equals(before)).toBe(true);
    expect(readdirSync(folder)).toHaveLength(files);
  });
});

describe("weights", () => {
  test("travel by file, in one or many", async () => {
    const [a, b, c] = [small(), small(), small()];
    await saveWeights(a, path("w.weights.h5"));
    await loadWeights(b, path("w.weights.h5"));
    await saveWeights(a, path("w.weights.json"), { maxShardSize: 50 / 1024 ** 3 });
    expect(readdirSync(folder).filter((name) => name.startsWith("w_"))).toHaveLength(3);
    await loadWeights(c, path("w.weights.json"));
    const x = wave(4, 3);
    const expected = (await a.predict(x)).values;
    expect((await b.predict(x)).values).toEqual(expected);
    expect((await c.predict(x)).values).toEqual(expected);
  });

  test("come out of a whole model, too", async () => {
    const [a, b] = [small(), small()];
    await loadWeights(b, await saveModel(a));
    expect((await b.predict(wave(4, 3))).values).toEqual((await a.predict(wave(4, 3))).values);
  });
});

test("an optimizer's floats are written as floats", () => {
  const model = small();
  model.compile({
    optimizer: new optimizers.SGD({ learningRate: 1, momentum: 0, gradientAccumulationSteps: 2 }),
    loss: "mse",
  });
  expect(modelToJson(model)).toMatch(/"learning_rate": 1\.0,.*"gradient_accumulation_steps": 2,.*"momentum": 0\.0,/);
});

test("the architecture alone", () => {
  const model = small();
  const again = modelFromJson(modelToJson(model, { indent: 2 }), { objects });
  expect(again.layers.map((l) => l.name)).toEqual(model.layers.map((l) => l.name));
  expect(() => modelFromJson("{", { objects })).toThrow(/no valid JSON/);
  expect(() =>
    modelFromJson('{"class_name": "Dense", "module": "keras.layers", "config": {"units": 1}}', { objects }),
  ).toThrow(/no model/);
});

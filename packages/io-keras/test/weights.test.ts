import "@keras/backend-ref";
import { Variable } from "@keras/ops";
import { describe, expect, test, vi } from "vitest";
import { readHdf5 } from "../src/hdf5/read.ts";
import { h5Dataset, h5Group, type H5Group, type H5Node } from "../src/hdf5/types.ts";
import { writeHdf5, type EncodedFile } from "../src/hdf5/write.ts";
import { h5WeightsSource } from "../src/weights/h5-source.ts";
import { loadState } from "../src/weights/load.ts";
import { collectState, weightsTree } from "../src/weights/save.ts";
import { encodeShardedWeights, loadShardedWeights } from "../src/weights/shards.ts";
import { encodeWeights, loadWeightsFile } from "../src/weights/weights-file.ts";
import { readZip } from "../src/zip/read.ts";
import { zipBytes } from "../src/zip/write.ts";
import { dense, Double, float32, Lookup, sequential } from "./model-double.ts";

async function bytesOf(file: EncodedFile): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of file.parts()) parts.push(part);
  return Uint8Array.from(Buffer.concat(parts));
}

/** Every group `vars` with its name and number of variables. */
async function listing(root: Double): Promise<string[]> {
  const { entries } = await collectState(root);
  return entries.map(({ path, name, vars }) => `${path}:${name ?? ""}:${vars.size}`);
}

const kernels = (root: Double): number[][] => root.vars.map((v) => [...(v.values as Float32Array)]);

describe("paths", () => {
  test("a list names its items after their classes", async () => {
    const model = sequential([
      dense(1, 1, "first"),
      new Double("BatchNormalization", { name: "bn" }),
      dense(1, 1, "last"),
      dense(1, 1),
    ]);
    expect(await listing(model)).toEqual([
      ":sequential:0",
      "layers/dense:first:2",
      "layers/batch_normalization:bn:0",
      "layers/dense_1:last:2",
      "layers/dense_2::2",
    ]);
  });

  test("attributes come by name, private ones last; a shared layer is stored where it is met first", async () => {
    const [a, b, c] = [dense(1, 1, "a"), dense(1, 1, "b"), dense(1, 1, "c")];
    const model = new Double("Sub", { parts: { out: b, layers: [a, b, c], _hidden: c, dense: a } });
    expect(await listing(model)).toEqual(["dense:a:2", "layers/dense_1:b:2", "layers/dense_2:c:2"]);
    const functional = new Double("Functional", { layersFirst: true, parts: { a, layers: [b, a] } });
    expect(await listing(functional)).toEqual(["layers/dense:b:2", "layers/dense_1:a:2"]);
  });

  test("lists and dictionaries nest", async () => {
    const d = (name: string) => dense(1, 1, name);
    const blocks = [d("a"), [d("b"), [d("c")]], { x: d("d"), y: 5 }, "text", new Map([["k", d("e")]]), d("f")];
    const model = new Double("Sub", { parts: { blocks } });
    expect(await listing(model)).toEqual([
      "blocks/dense:a:2",
      "blocks/container/dense:b:2",
      "blocks/container/container/dense:c:2",
      "blocks/container_1/dense:d:2",
      "blocks/container_2/dense:e:2",
      "blocks/dense_1:f:2",
    ]);
  });

  test("cycles end", async () => {
    const list: unknown[] = [];
    const model = new Double("Sub", { vars: [float32([1])], parts: { list } });
    list.push(list, model);
    expect(await listing(model)).toEqual(["::1"]);
    expect(await loadWeightsFile(model, await bytesOf(await encodeWeights(model)))).toEqual([]);
  });
});

const build = (fill: number): Double =>
  sequential(
    [dense(2, 3, "a", fill), sequential([dense(3, 3, "b", fill + 1)], "inner"), dense(3, 1, "c", fill + 2)],
    "outer",
    {
      optimizer: new Double("Adam", { name: "adam", vars: [float32([fill + 3], []), float32([])] }),
    },
  );

function all(root: Double): number[][][] {
  const layers = root.parts["layers"] as readonly Double[] | undefined;
  const optimizer = root.parts["optimizer"] as Double | undefined;
  return [kernels(root), ...(layers ?? []).flatMap(all), ...(optimizer ? all(optimizer) : [])];
}

describe("one file", () => {
  test("round trip", async () => {
    const target = build(0);
    expect(await loadWeightsFile(target, await bytesOf(await encodeWeights(build(7))))).toEqual([]);
    expect(all(target)).toEqual(all(build(7)));
  });

  test("names are stored for people", async () => {
    const root = await readHdf5(await bytesOf(await encodeWeights(build(1))));
    const vars = (root.children.get("layers") as H5Group).children.get("dense_1") as H5Group;
    expect((vars.children.get("vars") as H5Group).attrs.get("name")).toBe("c");
  });

  test("the layers of files from before Keras 2.14", async () => {
    const { entries } = await collectState(build(7));
    const tree = weightsTree(entries);
    const rename = (node: H5Node): H5Node =>
      node.kind === "dataset"
        ? node
        : h5Group(
            new Map(
              Array.from(node.children, ([k, v]) => [k === "layers" ? "_layer_checkpoint_dependencies" : k, rename(v)]),
            ),
          );
    const target = build(0);
    await loadState(target, { weights: h5WeightsSource(rename(tree) as H5Group) });
    expect(all(target)).toEqual(all(build(7)));
  });

  test("weights that do not fit: an error that names all of them, or a warning", async () => {
    const bytes = await bytesOf(await encodeWeights(build(7)));
    const other = (): Double => sequential([dense(2, 4, "a"), dense(3, 1, "c"), dense(1, 1, "new")], "outer");
    await expect(loadWeightsFile(other(), bytes)).rejects.toMatchObject({
      code: "file_format",
      message:
        "the saved state of 2 object(s) does not fit: 'layers/dense': variable 0 has shape [2, 4]; also 'layers/dense_2'",
    });
    const onWarning = vi.fn<(message: string) => void>();
    const target = other();
    const failures = await loadWeightsFile(target, bytes, { skipMismatch: true, onWarning });
    expect(failures.map(({ path }) => path)).toEqual(["layers/dense", "layers/dense_2"]);
    expect(onWarning).toHaveBeenCalledOnce();
    expect(kernels((target.parts["layers"] as Double[])[1]!)[0]).toEqual([9, 9, 9]);
  });

  test("a shared layer may be found at a later path", async () => {
    const shared = dense(1, 1, "s", 5);
    const bytes = await bytesOf(await encodeWeights(new Double("Sub", { parts: { z: shared } })));
    const target = dense(1, 1);
    expect(await loadWeightsFile(new Double("Sub", { parts: { a: target, z: target } }), bytes)).toEqual([]);
    expect(kernels(target)).toEqual([[5], [5]]);
  });

  test("nested lists that older files lack keep their values, with a warning", async () => {
    const empty = (await writeHdf5(h5Group())).flatMap((part) => [...part]);
    const inner = dense(1, 1, "inner", 3);
    const onWarning = vi.fn<(message: string) => void>();
    const target = new Double("Sub", { parts: { blocks: [[inner], ["only text"]] } });
    expect(await loadWeightsFile(target, Uint8Array.from(empty), { onWarning })).toEqual([]);
    expect(onWarning).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("nested list at 'blocks/container'"));
    expect(kernels(inner)).toEqual([[3], [3]]);
  });

  test("a damaged file is an error even when mismatches are skipped", async () => {
    const bytes = await bytesOf(await encodeWeights(build(7)));
    await expect(loadWeightsFile(build(0), bytes.subarray(0, -1), { skipMismatch: true })).rejects.toThrow(/truncated/);
    const damaged = { ...h5Dataset(float32([1])), read: () => Promise.reject(new RangeError("disk")) };
    const weights = h5WeightsSource(h5Group({ vars: h5Group({ 0: damaged }) }));
    const model = new Double("Sub", { vars: [float32([1])] });
    await expect(loadState(model, { weights }, { skipMismatch: true })).rejects.toThrow("disk");
  });
});

test("assets are stored below the path of their object", async () => {
  const model = (text: string) => sequential([dense(1, 1), new Lookup(text)]);
  const { assets, entries } = await collectState(model("a\nb"));
  expect(assets.map(({ name }) => name)).toEqual(["layers/string_lookup/vocabulary.txt"]);
  const target = model("");
  const weights = h5WeightsSource(weightsTree(entries));
  await loadState(target, { weights, assets: await readZip(await zipBytes(assets)) });
  expect((target.parts["layers"] as Lookup[])[1]!.vocabulary).toBe("a\nb");
  await expect(loadState(target, { weights, assets: new Map() })).rejects.toThrow(
    /'layers\/string_lookup': the file has no asset 'layers\/string_lookup\/vocabulary.txt'/,
  );
});

describe("sharded", () => {
  test("round trip over several files", async () => {
    const { index, shards } = await encodeShardedWeights(build(7), "model.weights.json", 50);
    expect(shards.map(({ name }) => name)).toEqual([
      "model_00000.weights.h5",
      "model_00001.weights.h5",
      "model_00002.weights.h5",
    ]);
    expect(JSON.parse(index)).toEqual({
      metadata: { total_size: 24 + 12 + 36 + 12 + 12 + 4 + 4 },
      weight_map: {
        "/layers/dense/vars": ["model_00000.weights.h5"],
        "/layers/sequential/layers/dense/vars": ["model_00001.weights.h5"],
        "/layers/dense_1/vars": ["model_00002.weights.h5"],
        "/optimizer/vars": ["model_00002.weights.h5"],
      },
    });
    const target = build(0);
    const opened: string[] = [];
    const files = new Map<string, Uint8Array>();
    for (const { name, file } of shards) files.set(name, await bytesOf(file));
    await loadShardedWeights(target, index, (name) => (opened.push(name), files.get(name)!));
    expect(all(target)).toEqual(all(build(7)));
    expect(opened).toEqual([...files.keys()]);
  });

  test("one layer over two files", async () => {
    const { index, shards } = await encodeShardedWeights(dense(2, 3, "d", 7), "a/b.weights.json", 30);
    expect(JSON.parse(index).weight_map).toEqual({ "/vars": ["b_00000.weights.h5", "b_00001.weights.h5"] });
    const target = dense(2, 3);
    await loadShardedWeights(target, index, (name) => bytesOf(shards.find((s) => s.name === name)!.file));
    expect(kernels(target)).toEqual(kernels(dense(2, 3, "d", 7)));
  });

  test("refused: a variable that is too large, a name, an index that is none or leads elsewhere", async () => {
    await expect(encodeShardedWeights(build(1), "a.weights.json", 20)).rejects.toThrow(
      "variable '0' of 'layers/dense' takes 24 bytes, more than a shard may have (20)",
    );
    await expect(encodeShardedWeights(build(1), "a.h5", 20)).rejects.toMatchObject({ code: "argument" });
    for (const index of ["{", "null", "{}", '{"weight_map": 3}']) {
      await expect(loadShardedWeights(build(1), index, () => new Uint8Array())).rejects.toMatchObject({
        code: "file_format",
      });
    }
    for (const name of ["../x.h5", "/etc/passwd", "a\\b", "..", "http://x", ""]) {
      const index = JSON.stringify({ weight_map: { "/vars": name } });
      await expect(loadShardedWeights(build(1), index, () => new Uint8Array())).rejects.toThrow(
        /not the name of a file beside it/,
      );
    }
  });
});

test("a Variable is saved as it was when the state was collected", async () => {
  const variable = new Variable([1, 2, 3]);
  const model = new Double("Sub");
  model.saveOwnVariables = (store) => void (store["0"] = variable);
  const file = await encodeWeights(model);
  variable.assign([9, 9, 9]);
  const target = new Double("Sub", { vars: [float32([0, 0, 0])] });
  await loadWeightsFile(target, await bytesOf(file));
  expect(kernels(target)).toEqual([[1, 2, 3]]);
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { NDArray } from "@keras/ops";
import { describe, expect, test } from "vitest";
import { readHdf5 } from "../src/hdf5/read.ts";
import { h5Find, type H5Dataset, type H5Group } from "../src/hdf5/types.ts";

const fixture = (name: string): Uint8Array => readFileSync(join(import.meta.dirname, "fixtures", `${name}.h5`));

async function values(root: H5Group, path: string): Promise<NDArray> {
  const node = h5Find(root, path);
  if (node?.kind !== "dataset") throw new Error(`no dataset ${path}`);
  return node.read();
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const rows = (list: readonly number[], width: number): number[][] =>
  range(list.length / width).map((row) => list.slice(row * width, (row + 1) * width));

const NUMBERS = ["int8", "int16", "int32", "uint8", "uint16", "uint32", "float16", "float32", "float64"];

describe.each(["earliest", "latest"])("a file of h5py with libver=%s", (libver) => {
  test.each(NUMBERS)("%s", async (dtype) => {
    const root = await readHdf5(fixture(`dtypes-${libver}`));
    const array = await values(root, dtype);
    expect(array.dtype).toBe(dtype);
    expect(array.toNested()).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect((await values(root, `scalar/${dtype}`)).toNested()).toBe(1);
    expect((await values(root, `empty/${dtype}`)).toNested()).toEqual([[], []]);
  });

  test("bool, 64-bit integers, complex, bfloat16", async () => {
    const root = await readHdf5(fixture(`dtypes-${libver}`));
    expect((await values(root, "bool")).toNested()).toEqual([
      [false, true, true],
      [true, true, true],
    ]);
    expect((await values(root, "int64")).toNested()).toEqual([
      [0n, 1n, 2n],
      [3n, 4n, 5n],
    ]);
    expect((await values(root, "scalar/uint64")).toNested()).toBe(1n);
    for (const dtype of ["complex64", "complex128"]) {
      const array = await values(root, dtype);
      expect(array.dtype).toBe(dtype);
      expect(array.toNested()).toEqual([
        [
          [0, 0],
          [1, 0],
          [2, 0],
        ],
        [
          [3, 0],
          [4, 0],
          [5, 0],
        ],
      ]);
    }
    const half = await values(root, "bfloat16");
    expect(half.dtype).toBe("bfloat16");
    expect(half.toNested()).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });

  test("big-endian data and texts", async () => {
    const root = await readHdf5(fixture(`dtypes-${libver}`));
    expect((await values(root, "bigEndian")).toNested()).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect((await values(root, "bigEndianComplex")).toNested()).toEqual(range(6).map((i) => [0, i]));
    expect((await values(root, "texts")).toNested()).toEqual(["a", "bé", ""]);
    expect((await values(root, "fixedTexts")).toNested()).toEqual(["a", "bcd", ""]);
  });

  test("attributes", async () => {
    const { attrs } = h5Find(await readHdf5(fixture(`attrs-${libver}`)), "g")!;
    expect(attrs.get("text")).toBe("naïve ✓");
    expect(attrs.get("empty")).toBe("");
    expect(attrs.get("bytes")).toBe("plain");
    expect(attrs.get("list")).toEqual(["dense/kernel:0", "dense/bias:0"]);
    expect(attrs.get("bytesList")).toEqual(["ab", "c"]);
    expect((attrs.get("int") as NDArray).toNested()).toBe(7n);
    expect((attrs.get("floats") as NDArray).toNested()).toEqual([[1.5, -2]]);
    expect((attrs.get("flag") as NDArray).toNested()).toBe(true);
    expect((attrs.get("none") as NDArray).shape).toEqual([0]);
    expect(attrs.get("long")).toBe("x".repeat(9000));
    expect(attrs.size).toBe(10);
  });

  test.each(["plain", "gzip", "all", "checked", "one", "grows", "growsPacked"])("chunked data: %s", async (name) => {
    const root = await readHdf5(fixture(`chunks-${libver}`));
    expect((await values(root, name)).toNested()).toEqual(rows(range(70), 10));
  });

  test("chunked data: many, missing and dropped chunks", async () => {
    const root = await readHdf5(fixture(`chunks-${libver}`));
    expect((await values(root, "many")).toNested()).toEqual(range(300));
    const middle = new Set([14, 15, 20, 21]);
    expect((await values(root, "sparse")).toNested()).toEqual(
      rows(
        range(36).map((i) => (middle.has(i) ? 5 : -3)),
        6,
      ),
    );
    expect((await values(root, "unwritten")).toNested()).toEqual([
      [1.5, 1.5],
      [1.5, 1.5],
    ]);
    expect((await values(root, "shrunk")).toNested()).toEqual(range(4).map((row) => range(5).map((i) => row * 10 + i)));
  });

  test("many children and attributes, which move to trees and heaps", async () => {
    const root = await readHdf5(fixture(`many-${libver}`));
    expect([...root.children.keys()].sort()).toEqual(["shared", ...range(300).map((i) => `layer_${i}`)].sort());
    expect((await values(root, "layer_123")).toNested()).toBe(2.5);
    for (const i of range(40)) expect(root.attrs.get(`a${i}`)).toBe(`value ${i}`);
  });

  test("weights as Keras lays them out", async () => {
    const root = await readHdf5(fixture(`keras-${libver}`));
    expect([...root.children.keys()]).toEqual(["layers", "optimizer"]);
    expect(h5Find(root, "layers/dense_1/vars")!.attrs.get("name")).toBe("dense_1");
    expect((await values(root, "layers/dense_1/vars/0")).toNested()).toEqual([[0.5], [0.5], [0.5]]);
    expect((await values(root, "optimizer/vars/0")).toNested()).toBe(3n);
    expect((await values(root, "optimizer/vars/1")).toNested()).toBeCloseTo(0.001, 8);
  });
});

test("a block of the user before the file", async () => {
  const root = await readHdf5(fixture("userblock"));
  expect((await values(root, "layers/dense/vars/0")).toNested()).toEqual([
    [1, 1, 1],
    [1, 1, 1],
  ]);
});

test("an index of chunks in pages", async () => {
  const root = await readHdf5(fixture("paged-latest"));
  expect((await values(root, "many")).toNested()).toEqual(range(2200).map((i) => i % 100));
  expect((await values(root, "early")).toNested()).toEqual(range(10));
});

test("a Blob is read lazily, through pages", async () => {
  const bytes = fixture("chunks-earliest");
  const root = await readHdf5(new Blob([bytes as BlobPart]));
  expect((await values(root, "all")).toNested()).toEqual(rows(range(70), 10));
});

test("a result is independent of the file", async () => {
  const bytes = new Uint8Array(fixture("keras-latest"));
  const dataset = h5Find(await readHdf5(bytes), "layers/dense/vars/0") as H5Dataset;
  const first = await dataset.read();
  (first.values as Float32Array).fill(9);
  expect((await dataset.read()).toNested()).toEqual([
    [1, 1, 1],
    [1, 1, 1],
  ]);
});

test.each([
  ["soft", "the root group has a soft link 'soft'"],
  ["external", "the root group has an external link 'outside'"],
  ["virtual", "'/virtual' is a virtual dataset"],
  ["externaldata", "'/far' keeps its data in other files"],
  ["lzf", "'/packed' is compressed with lzf"],
  ["extensible", "'/grows' lists its chunks in an extensible array"],
  ["cycle", "'/a/loop' is the same group as the root group"],
  ["compound", "'/table' has elements that are not supported: compounds"],
  ["committed", "'/type' is neither a group nor a dataset"],
  ["opaque", "'/raw' holds opaque bytes"],
])("refused: %s", async (name, message) => {
  await expect(readHdf5(fixture(`refused-${name}`))).rejects.toMatchObject({
    code: "file_format",
    message: expect.stringContaining(message),
  });
});

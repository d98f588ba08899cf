import { NDArray, allocateHost, type DType } from "@keras/ops";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readHdf5 } from "../src/hdf5/read.ts";
import { h5Dataset, h5Find, h5Group, type H5Dataset, type H5Group, type H5Node } from "../src/hdf5/types.ts";
import { encodeHdf5, writeHdf5 } from "../src/hdf5/write.ts";

const concat = (parts: readonly Uint8Array[]): Uint8Array => {
  const out = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
};

const roundTrip = async (root: H5Group): Promise<H5Group> => readHdf5(concat(await writeHdf5(root)));

const DTYPES = [
  "bool",
  "int8",
  "int16",
  "int32",
  "int64",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "float8_e4m3fn",
  "float8_e5m2",
  "float16",
  "bfloat16",
  "float32",
  "float64",
  "complex64",
  "complex128",
] as const satisfies readonly DType[];

function random(dtype: Exclude<DType, "string">, shape: readonly number[], seed = 1): NDArray {
  const values = allocateHost(
    dtype,
    shape.reduce((n, size) => n * size, 1),
  );
  const bytes = new Uint8Array(values.buffer);
  let state = seed;
  for (let i = 0; i < bytes.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = dtype === "bool" ? state >>> 31 : state >>> 24;
  }
  return new NDArray<DType>(values, shape, dtype);
}

const bits = (array: NDArray): Uint8Array => new Uint8Array((array.values as Uint8Array).buffer.slice(0));

async function read(root: H5Group, path: string): Promise<NDArray> {
  return (h5Find(root, path) as H5Dataset).read();
}

describe("round trip", () => {
  test.each(DTYPES)("%s, bit for bit", async (dtype) => {
    const arrays = {
      matrix: random(dtype, [3, 5]),
      scalar: random(dtype, []),
      empty: random(dtype, [2, 0]),
      cube: random(dtype, [2, 1, 7]),
    };
    const root = await roundTrip(
      h5Group(Object.fromEntries(Object.entries(arrays).map(([k, v]) => [k, h5Dataset(v)]))),
    );
    for (const [name, array] of Object.entries(arrays)) {
      const found = await read(root, name);
      expect(found.dtype).toBe(dtype);
      expect(found.shape).toEqual(array.shape);
      expect(bits(found)).toEqual(bits(array));
    }
  });

  test("attributes: text of any length, lists, numbers", async () => {
    const attrs = {
      text: "naïve ✓",
      empty: "",
      long: "é".repeat(3_000_000),
      list: ["a", "", "ccc"],
      none: [],
      numbers: random("float32", [2, 3]),
      scalar: new NDArray(new BigInt64Array([-7n]), [], "int64"),
    };
    const root = await roundTrip(
      h5Group({ child: h5Group({}, attrs), data: h5Dataset(random("int8", [4]), attrs) }, attrs),
    );
    for (const node of [root, h5Find(root, "child")!, h5Find(root, "data")!]) {
      for (const name of ["text", "empty", "long", "list", "none"] as const)
        expect(node.attrs.get(name)).toEqual(attrs[name]);
      expect(node.attrs.get("numbers")).toEqual(attrs.numbers);
      expect(node.attrs.get("scalar")).toEqual(attrs.scalar);
    }
  });

  test("any tree", async () => {
    const name = fc
      .string({ minLength: 1, maxLength: 300, unit: "grapheme" })
      .filter((s) => s !== "." && !/[/\0]/.test(s));
    const leaf = fc
      .tuple(fc.constantFrom(...DTYPES), fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }), fc.integer())
      .map(([dtype, shape, seed]): H5Node => h5Dataset(random(dtype, shape, seed)));
    const { tree } = fc.letrec<{ tree: H5Node; group: H5Node }>((tie) => ({
      tree: fc.oneof({ depthSize: "small", withCrossShrink: true }, leaf, tie("group")),
      group: fc
        .tuple(fc.uniqueArray(fc.tuple(name, tie("tree")), { selector: ([key]) => key, maxLength: 5 }), fc.string())
        .map(([children, text]): H5Node => h5Group(new Map(children), { text })),
    }));
    const plain = async (node: H5Node): Promise<unknown> => {
      if (node.kind === "dataset") return { shape: node.shape, dtype: node.dtype, bits: bits(await node.read()) };
      const children = [];
      for (const [key, child] of node.children) children.push([key, await plain(child)]);
      // Unpaired surrogates have no form in UTF-8.
      return {
        children,
        attrs: Array.from(node.attrs, ([key, text]) => [key, Buffer.from(text as string).toString()]),
      };
    };
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, tree), { maxLength: 4 }), async (children) => {
        const root = h5Group(new Map(children));
        expect(await plain(await roundTrip(root))).toEqual(await plain(root));
      }),
      { numRuns: 200 },
    );
  });

  test("what was read can be written again", async () => {
    const first = h5Group({ a: h5Group({ b: h5Dataset(random("bfloat16", [3])) }, { name: "a" }) });
    const bytes = concat(await writeHdf5(first));
    expect(concat(await writeHdf5(await readHdf5(bytes)))).toEqual(bytes);
  });

  test("ten thousand children", async () => {
    const data = h5Dataset(random("float32", []));
    const root = await roundTrip(
      h5Group(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`v${i}`, data]))),
    );
    expect(root.children.size).toBe(10_000);
  });
});

test("data start at multiples of 64", async () => {
  const arrays = Array.from({ length: 5 }, (_, i) => random("float32", [i + 1], i));
  const bytes = concat(await writeHdf5(h5Group(Object.fromEntries(arrays.map((a, i) => [String(i), h5Dataset(a)])))));
  for (const array of arrays) {
    const place = Buffer.from(bytes.buffer).indexOf(Buffer.from(bits(array)));
    expect(place % 64).toBe(0);
  }
});

test("data are read one after the other, when their turn comes", async () => {
  const reads: number[] = [];
  let produced = 0;
  const lazy = (i: number): H5Dataset => ({
    ...h5Dataset(random("float32", [1000], i)),
    read: async () => {
      reads.push(produced);
      return random("float32", [1000], i);
    },
  });
  const file = encodeHdf5(h5Group({ a: lazy(1), b: lazy(2), c: lazy(3) }));
  expect(reads).toEqual([]);
  for await (const part of file.parts()) produced += part.length;
  expect(produced).toBe(file.size);
  expect(reads.every((at, i) => at >= i * 4000)).toBe(true);
});

describe("refused", () => {
  const write =
    (root: H5Group): (() => unknown) =>
    () =>
      encodeHdf5(root);
  test.each(["a/b", "", ".", "a\0b"])("the name %j", (name) => {
    expect(write(h5Group({ x: h5Group({ [name]: h5Group() }) }))).toThrow(/cannot be the name of a group or dataset/);
  });
  test("dtypes without a form in HDF5", () => {
    expect(write(h5Group({ w: h5Dataset(random("int4", [2])) }))).toThrow(/dataset 'w' has dtype int4/);
    expect(write(h5Group({ w: h5Dataset(new NDArray(["a"], [1], "string")) }))).toThrow(/store text as an attribute/);
  });
  test("an attribute that does not fit", () => {
    expect(write(h5Group({}, { big: random("float32", [20_000]) }))).toThrow(
      /attribute 'big' of '' takes 80\d\d\d bytes/,
    );
  });
  test("a cycle", () => {
    const children = new Map<string, H5Node>();
    const root: H5Group = { kind: "group", attrs: new Map(), children };
    children.set("self", root);
    expect(write(root)).toThrow(/is there a cycle/);
  });
  test("a dataset that turns out different", async () => {
    const data = random("float32", [2]);
    const wrong = { ...h5Dataset(data), shape: [3] };
    await expect(writeHdf5(h5Group({ w: wrong }))).rejects.toMatchObject({
      code: "state",
      message: "dataset 'w' was announced as float32 [3] but read as float32 [2]",
    });
  });
});

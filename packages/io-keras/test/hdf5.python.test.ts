import { readFileSync, writeFileSync } from "node:fs";
import { NDArray, type DType } from "@keras/ops";
import { expect, test } from "vitest";
import { readHdf5 } from "../src/hdf5/read.ts";
import { h5Dataset, h5Find, h5Group, type H5Group } from "../src/hdf5/types.ts";
import { writeHdf5 } from "../src/hdf5/write.ts";
import { runPython, temporaryFolder } from "./run-python.ts";

async function writeFile(path: string, root: H5Group): Promise<void> {
  writeFileSync(path, Buffer.concat(await writeHdf5(root)));
}

/** Prints shape, dtype and values of every dataset, and every attribute, as JSON. */
const DUMP = `
import sys, json, h5py, numpy as np
def value(v):
    v = np.asarray(v)
    if v.dtype.kind == "c": v = np.stack([v.real, v.imag], -1)
    if v.dtype.kind == "V": v = v.view("u2" if v.dtype.itemsize == 2 else "u1")
    return v.tolist()
out = {}
def visit(name, o):
    a = {k: v if isinstance(v, str) else value(v) for k, v in o.attrs.items()}
    out[name] = {"attrs": a}
    if isinstance(o, h5py.Dataset):
        out[name] |= {"shape": list(o.shape), "dtype": str(o.dtype), "value": value(o[()])}
with h5py.File(sys.argv[1]) as f:
    visit("/", f)
    f.visititems(visit)
print(json.dumps(out))
`;

interface Dumped {
  readonly attrs: Record<string, unknown>;
  readonly shape?: number[];
  readonly dtype?: string;
  readonly value?: unknown;
}

const dump = (path: string): Record<string, Dumped> => JSON.parse(runPython(DUMP, path));

test("h5py reads every dtype that is written", async () => {
  using folder = temporaryFolder();
  const of = (dtype: DType, values: unknown): NDArray => new NDArray(values as never, [2], dtype);
  const arrays: Record<string, [NDArray, string, unknown]> = {
    bool: [of("bool", Uint8Array.of(1, 0)), "bool", [true, false]],
    int8: [of("int8", Int8Array.of(-128, 127)), "int8", [-128, 127]],
    int16: [of("int16", Int16Array.of(-5, 300)), "int16", [-5, 300]],
    int32: [of("int32", Int32Array.of(-5, 70_000)), "int32", [-5, 70_000]],
    int64: [of("int64", BigInt64Array.of(-5n, 2n ** 40n)), "int64", [-5, 2 ** 40]],
    uint8: [of("uint8", Uint8Array.of(0, 255)), "uint8", [0, 255]],
    uint16: [of("uint16", Uint16Array.of(0, 65_535)), "uint16", [0, 65_535]],
    uint32: [of("uint32", Uint32Array.of(0, 4e9)), "uint32", [0, 4e9]],
    uint64: [of("uint64", BigUint64Array.of(0n, 2n ** 50n)), "uint64", [0, 2 ** 50]],
    float16: [of("float16", Uint16Array.of(0x3c00, 0xc000)), "float16", [1, -2]],
    bfloat16: [of("bfloat16", Uint16Array.of(0x3f80, 0xc000)), "|V2", [0x3f80, 0xc000]],
    float8_e4m3fn: [of("float8_e4m3fn", Uint8Array.of(0x38, 0)), "|V1", [0x38, 0]],
    float32: [of("float32", Float32Array.of(1.5, -0.25)), "float32", [1.5, -0.25]],
    float64: [of("float64", Float64Array.of(Math.PI, 1e300)), "float64", [Math.PI, 1e300]],
    complex64: [
      new NDArray(Float32Array.of(1, 2, 3, 4), [2], "complex64"),
      "complex64",
      [
        [1, 2],
        [3, 4],
      ],
    ],
    complex128: [
      new NDArray(Float64Array.of(1, 2, 3, 4), [2], "complex128"),
      "complex128",
      [
        [1, 2],
        [3, 4],
      ],
    ],
  };
  const root = h5Group({
    ...Object.fromEntries(Object.entries(arrays).map(([name, [array]]) => [name, h5Dataset(array)])),
    scalar: h5Dataset(new NDArray(Float32Array.of(0.5), [], "float32")),
    empty: h5Dataset(new NDArray(new Float32Array(0), [3, 0, 2], "float32")),
  });
  await writeFile(folder.path("a.h5"), root);
  const found = dump(folder.path("a.h5"));
  for (const [name, [array, dtype, value]] of Object.entries(arrays)) {
    expect({ name, ...found[name] }).toMatchObject({ name, dtype, value, shape: array.shape });
  }
  expect(found["bfloat16"]!.attrs).toEqual({ dtype: "bfloat16" });
  expect(found["scalar"]).toMatchObject({ shape: [], value: 0.5 });
  expect(found["empty"]).toMatchObject({ shape: [3, 0, 2], value: [[], [], []] });
});

test("h5py reads attributes, deep groups and many children", async () => {
  using folder = temporaryFolder();
  const value = h5Dataset(new NDArray(Float32Array.of(1), [], "float32"));
  const many = h5Group(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`layer_${i}`, value])));
  const text = "naïve ✓ ".repeat(20_000);
  const list = Array.from({ length: 2000 }, (_, i) => `dense_${i}/kernel:0`);
  let deep = h5Group({ value });
  for (let level = 0; level < 100; level++) deep = h5Group({ g: deep });
  const numbers = new NDArray(Float64Array.of(1, 2), [1, 2], "float64");
  const longName = "é".repeat(400);
  await writeFile(folder.path("a.h5"), h5Group({ many, deep, [longName]: value }, { text, list, empty: "", numbers }));
  const found = dump(folder.path("a.h5"));
  expect(found["/"]!.attrs).toEqual({ text, list, empty: "", numbers: [[1, 2]] });
  expect(found["many/layer_4999"]).toMatchObject({ value: 1 });
  expect(found[`deep/${"g/".repeat(100)}value`]).toMatchObject({ value: 1 });
  expect(found[longName]).toMatchObject({ value: 1 });
});

test("h5py can go on writing into a file", async () => {
  using folder = temporaryFolder();
  const path = folder.path("a.h5");
  const value = h5Dataset(new NDArray(Float32Array.of(1, 2), [2], "float32"));
  await writeFile(path, h5Group({ g: h5Group({ value }, { name: "g" }) }));
  runPython(
    `
import sys, h5py, numpy as np
with h5py.File(sys.argv[1], "r+") as f:
    f["g/value"][0] = 9
    for i in range(20): f["g"].attrs[f"a{i}"] = "x" * i; f[f"g/new{i}"] = np.full(3, i, "f4")
    del f["g/new3"]
`,
    path,
  );
  const root = await readHdf5(readFileSync(path));
  const group = h5Find(root, "g") as H5Group;
  expect(group.children.size).toBe(20);
  expect(group.attrs.get("a19")).toBe("x".repeat(19));
  expect(group.attrs.get("name")).toBe("g");
  const read = async (name: string) => (group.children.get(name) as ReturnType<typeof h5Dataset>).read();
  expect((await read("value")).toNested()).toEqual([9, 2]);
  expect((await read("new7")).toNested()).toEqual([7, 7, 7]);
});

test("what h5py writes by default is read, whatever its version", async () => {
  using folder = temporaryFolder();
  runPython(
    `
import sys, h5py, numpy as np
rng = np.random.default_rng(0)
with h5py.File(sys.argv[1], "w") as f:
    for i in range(30):
        shape = tuple(rng.integers(1, 9, rng.integers(1, 4)))
        chunks = tuple(int(rng.integers(1, n + 1)) for n in shape)
        data = rng.integers(-100, 100, shape).astype(rng.choice(["i2", "f4", ">f8", "i8"]))
        options = [{}, {"compression": "gzip"}, {"shuffle": True, "compression": "gzip", "fletcher32": True}][i % 3]
        f.create_dataset(f"d{i}", data=data, chunks=chunks if i % 2 else None or (True if options else None), **options)
        f.attrs[f"sum{i}"] = float(data.sum())
`,
    folder.path("a.h5"),
  );
  const root = await readHdf5(readFileSync(folder.path("a.h5")));
  const expected = dump(folder.path("a.h5"));
  for (const [name, node] of root.children) {
    if (node.kind !== "dataset") throw new Error("not a dataset");
    const array = await node.read();
    const plain = JSON.parse(JSON.stringify(array.toNested(), (_, v) => (typeof v === "bigint" ? Number(v) : v)));
    expect({ name, value: plain }).toEqual({ name, value: expected[name]!.value });
  }
  expect(root.children.size).toBe(30);
});

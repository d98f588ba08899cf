import { allDTypes, allocateHost, getBackend, NDArray, type DType, type OpDef } from "@keras/ops";
import { expect, test } from "vitest";
import { refBackend } from "../src/index.ts";
import { baseKernels, createRefBackend, imageKernels } from "../src/parts.ts";
import { run } from "./kernel.ts";

const op = (name: string): OpDef => ({ name, infer: () => [] });

test("importing the package registers the backend", () => {
  expect(getBackend("ref")).toBe(refBackend);
  expect(refBackend.supports(op("conv"), [], {})).toBe(true);
  expect(refBackend.supports(op("gelu"), [], {})).toBe(false);
  expect(refBackend.supports(op("toString"), [], {})).toBe(false);
});

test("a smaller backend has the kernels it was given", () => {
  const small = createRefBackend(baseKernels);
  expect(small.supports(op("add"), [], {})).toBe(true);
  expect(small.supports(op("conv"), [], {})).toBe(false);
  expect(createRefBackend(baseKernels, imageKernels).supports(op("conv"), [], {})).toBe(true);
});

test.each(allDTypes().filter((d) => d !== "string"))(
  "%s goes up and comes down bit for bit, as a copy",
  (dtype: DType) => {
    const host = allocateHost(dtype, 4) as Uint8Array<ArrayBuffer>;
    const limit = dtype.endsWith("t4") ? 7 : dtype === "bool" ? 1 : 127;
    new Uint8Array(host.buffer).forEach((_, i, bytes) => {
      // Patterns below 0x78 in the last byte are finite in every float format; 4-bit integers and bool hold small numbers only.
      bytes[i] = (i * 37 + 11) % (limit === 127 ? 0x70 : limit + 1);
    });
    const before = host.slice();
    const spec = { dtype, shape: [4] };
    const buffer = refBackend.upload(host, spec);
    new Uint8Array(host.buffer).fill(0);
    const down = refBackend.downloadSync(buffer, spec);
    expect(down).toEqual(before);
    expect(down).not.toBe(refBackend.downloadSync(buffer, spec));
  },
);

test("strings go up and come down", () => {
  const spec = { dtype: "string" as const, shape: [2] };
  expect(refBackend.downloadSync(refBackend.upload(["a", "b"], spec), spec)).toEqual(["a", "b"]);
});

test("a constant is its host data", () => {
  const value = new NDArray(Uint16Array.of(0x3c00, 0xc000), [2], "float16");
  const [{ storage }] = run("constant", [], { value }, [{ dtype: "float16", shape: [2] }]);
  expect(storage).toEqual(Float32Array.of(1, -2));
  const ints = new NDArray(Int32Array.of(3), [], "int32");
  expect(run("constant", [], { value: ints }, [{ dtype: "int32", shape: [] }])[0].storage).toEqual(Int32Array.of(3));
});

test("an op without a rule for a dtype names both and says what to do", () => {
  const spec = [{ dtype: "complex64" as const, shape: [1] }];
  expect(() => run("floor", [["complex64", [1], [1, 2]]], {}, spec)).toThrow(
    "dtype complex64 has no such operation: cast the operand with ops.cast first (in op 'floor')",
  );
  expect(() =>
    run("sum", [["string", [1], ["a"]]], { axis: [0], keepdims: false }, [{ dtype: "string", shape: [] }]),
  ).toThrow(/string.*'sum'/);
});

import { describe, expect, test } from "vitest";
import { compare, type HostTensor, type Tolerance } from "../compare.ts";
import type { Encoded } from "../row.ts";

const host = (
  values: readonly number[],
  shape: readonly number[] = [values.length],
  dtype = "float32",
): HostTensor => ({
  kind: "host",
  dtype,
  shape,
  values,
});
const tensor = (v: readonly Encoded[], s: readonly number[] = [v.length], d = "float32"): Encoded => ({
  $: "t",
  d,
  s,
  v,
});
const check = (actual: unknown, expected: Encoded, tolerance: Partial<Tolerance> = {}): string | null =>
  compare(actual, expected, { scale: 1, shapeOnly: false, ...tolerance });

describe("tensors", () => {
  test("floats within tolerance, which grows with half precision", () => {
    expect(check(host([1.00005, 1000.05]), tensor([1, 1000]))).toBeNull();
    expect(check(host([1, 1000.2]), tensor([1, 1000]))).toMatch(/1 of 2 values differ; at 1: 1000.2, expected 1000/);
    expect(check(host([1.004]), tensor([1]))).not.toBeNull();
    expect(check(host([1.004]), tensor([1]), { scale: 50 })).toBeNull();
  });

  test("integers and booleans are exact", () => {
    expect(check(host([1000000], [1], "int32"), tensor([1000001], [1], "int32"))).not.toBeNull();
    expect(check(host([1], [1], "bool"), tensor([1], [1], "bool"))).toBeNull();
  });

  test("NaN and infinities only equal themselves", () => {
    const expected = tensor(["NaN", "Infinity", "-Infinity"]);
    expect(check(host([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]), expected)).toBeNull();
    expect(check(host([0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]), expected)).toMatch(
      /at 0: 0, expected NaN/,
    );
    expect(check(host([Number.NaN, 1e38, Number.NEGATIVE_INFINITY]), expected)).toMatch(/at 1/);
    expect(check(host([Number.NaN]), tensor([1]))).toMatch(/NaN, expected 1/);
    expect(check(host([Number.POSITIVE_INFINITY]), tensor([1]))).toMatch(/Infinity, expected 1/);
    expect(check(host([Number.POSITIVE_INFINITY]), tensor(["-Infinity"]))).toMatch(/expected -Infinity/);
  });

  test("shape and dtype are exact, and all that counts where values were not recorded", () => {
    expect(check(host([1, 2], [2, 1]), tensor([1, 2]))).toMatch(/shape \[2, 1\], expected \[2\]/);
    expect(check(host([1, 2], [2], "int32"), tensor([1, 2]))).toMatch(/dtype int32, expected float32/);
    expect(check(host([5, 6]), { $: "t", d: "float32", s: [2] })).toBeNull();
    expect(check(host([5, 6]), tensor([1, 2]), { shapeOnly: true })).toBeNull();
    expect(check([1, 2], tensor([1, 2]))).toMatch(/got a list of 2, expected a float32 tensor/);
  });

  test("complex values compare part by part", () => {
    const expected: Encoded = { $: "t", d: "complex64", s: [1], v: [[1, 2]] };
    expect(check(host([1, 2], [1], "complex64"), expected)).toBeNull();
    expect(check(host([1, 2.1], [1], "complex64"), expected)).toMatch(/at 1: 2.1/);
  });
});

describe("trees and scalars", () => {
  test("lists, tuples and named tuples", () => {
    expect(check([1, [2]], { $: "tuple", v: [1, [2]] })).toBeNull();
    expect(check([1], [1, 2])).toMatch(/got 1 items, expected 2/);
    expect(check([1, 3], [1, 2])).toMatch(/\[1\] .*expected 2/);
    const moments: Encoded = { $: "nt", n: "Moments", v: { mean: 1, log_var: 2 } };
    expect(check([1, 2], moments)).toBeNull();
    expect(check({ mean: 1, logVar: 2 }, moments)).toBeNull();
    expect(check({ mean: 1, logVar: 3 }, moments)).toMatch(/\.logVar/);
  });

  test("dictionaries keep their keys", () => {
    expect(check({ a: 1 }, { a: 1 })).toBeNull();
    expect(check({ a: 1, b: 2 }, { a: 1 })).toMatch(/unexpected fields b/);
    expect(check({}, { a: 1 })).toMatch(/\.a got undefined/);
  });

  test("plain Python scalars may be scalar tensors", () => {
    expect(check(3, 3)).toBeNull();
    expect(check(host([3], [], "int32"), 3)).toBeNull();
    expect(check(host([3], [1], "int32"), 3)).not.toBeNull();
    expect(check(0.30000001, { $: "f", v: 0.3 })).toBeNull();
    expect(check(true, true)).toBeNull();
    expect(check(1, true)).not.toBeNull();
    expect(check(undefined, null)).toBeNull();
    expect(check(0, null)).not.toBeNull();
  });

  test("symbolic results", () => {
    const expected: Encoded = { $: "kt", d: "float32", s: [null, 3] };
    expect(check({ kind: "symbolic", dtype: "float32", shape: [null, 3] }, expected)).toBeNull();
    expect(check({ kind: "symbolic", dtype: "float32", shape: [2, 3] }, expected)).toMatch(
      /shape \[2, 3\], expected \[null, 3\]/,
    );
    expect(check({ kind: "symbolic", dtype: "int32", shape: [null, 3] }, expected)).toMatch(/dtype/);
    expect(check(host([1]), expected)).toMatch(/expected a symbolic/);
  });
});

import { describe, expect, test } from "vitest";
import { decode, expand, type Creators, type Payload } from "../decode.ts";
import type { Encoded, TensorTag } from "../row.ts";

/** Creators that only say what was asked of them. */
const creators: Creators = {
  tensor: ({ dtype, shape, values }: Payload) => ({ dtype, shape, values }),
  array: (payload) => ({ array: payload }),
  symbolic: (shape, dtype) => ({ symbolic: shape, dtype }),
  float: (value) => ({ float: value }),
  slice: (start, stop, step) => ({ start, stop, step }),
  ellipsis: () => "...",
  fn: (ref) => ({ fn: ref }),
  object: (config) => ({ object: config }),
  seedGenerator: (seed) => ({ seedgen: seed }),
  floatx: () => "float32",
};
const operand = (value: Encoded): unknown => decode(value, "operand", creators);
const setting = (value: Encoded): unknown => decode(value, "setting", creators);

describe("tensor payloads", () => {
  const tag = (rest: object): TensorTag => ({ $: "t", d: "float32", s: [2, 2], ...rest });

  test("lists, constants, progressions and bare shapes", () => {
    expect(expand(tag({ v: [1, "NaN", "-Infinity", "-0"] })).values).toEqual([
      1,
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      -0,
    ]);
    expect(expand(tag({ c: 3 })).values).toEqual([3, 3, 3, 3]);
    expect(expand(tag({ r: [1, 0.5] })).values).toEqual([1, 1.5, 2, 2.5]);
    expect(expand(tag({})).values).toEqual([1, 1, 1, 1]);
  });

  test("complex elements are interleaved pairs, strings stay strings", () => {
    expect(
      expand({
        $: "t",
        d: "complex64",
        s: [2],
        v: [
          [1, 2],
          [3, "NaN"],
        ],
      }).values,
    ).toEqual([1, 2, 3, Number.NaN]);
    expect(expand({ $: "t", d: "complex64", s: [2], c: [0, 1] }).values).toEqual([0, 1, 0, 1]);
    expect(expand({ $: "t", d: "string", s: [2], v: ["a", "b"] }).values).toEqual(["a", "b"]);
  });

  test("a payload that does not fill the shape is an error", () => {
    expect(() => expand(tag({ v: [1, 2, 3] }))).toThrow(/shape \[2, 2\] has 3 elements/);
  });
});

describe("Python values", () => {
  test("2.0 is a float among operands and a number among settings", () => {
    expect(operand({ $: "f", v: 2 })).toEqual({ float: 2 });
    expect(setting({ $: "f", v: 2 })).toBe(2);
    expect(operand({ $: "f", v: "Infinity" })).toBe(Number.POSITIVE_INFINITY);
    expect(operand(2)).toBe(2);
    expect(operand({ $: "int", v: "9007199254740993" })).toBe(9007199254740993n);
  });

  test("lists of numbers are tensors where a tensor is meant", () => {
    expect(
      operand([
        [1, 2],
        [3, 4],
      ]),
    ).toEqual({ dtype: "int32", shape: [2, 2], values: [1, 2, 3, 4] });
    expect(operand([1, { $: "f", v: 2 }])).toEqual({ dtype: "float32", shape: [2], values: [1, 2] });
    expect(operand({ $: "tuple", v: [true, false] })).toEqual({ dtype: "bool", shape: [2], values: [1, 0] });
    expect(operand([true, 2])).toEqual({ dtype: "int32", shape: [2], values: [1, 2] });
    expect(operand([])).toEqual({ dtype: "float32", shape: [0], values: [] });
    expect(setting([1, 2])).toEqual([1, 2]);
  });

  test("arrays of integers are plain numbers among settings, but not in an index", () => {
    const axes: Encoded = { $: "t", d: "int32", s: [2], v: [3, 5] };
    expect(setting(axes)).toEqual([3, 5]);
    expect(setting({ $: "t", d: "int32", s: [], v: [3] })).toBe(3);
    expect(decode([axes, 1], "index", creators)).toEqual([{ dtype: "int32", shape: [2], values: [3, 5] }, 1]);
    expect(setting({ $: "t", d: "float32", s: [1], v: [3] })).toEqual({ dtype: "float32", shape: [1], values: [3] });
  });

  test("ragged lists and lists of tensors stay lists", () => {
    expect(operand([[1], [2, 3]])).toEqual([
      { dtype: "int32", shape: [1], values: [1] },
      { dtype: "int32", shape: [2], values: [2, 3] },
    ]);
    expect(operand([{ $: "t", d: "int32", s: [], v: [7] }])).toEqual([{ dtype: "int32", shape: [], values: [7] }]);
  });

  test("indices, dtypes, symbols, functions, ranges", () => {
    expect(setting({ $: "tuple", v: [{ $: "slice", v: [1, null, -1] }, { $: "ellipsis" }, null] })).toEqual([
      { start: 1, stop: null, step: -1 },
      "...",
      null,
    ]);
    expect(setting({ $: "dtype", v: "int8" })).toBe("int8");
    expect(operand({ $: "kt", d: "float32", s: [null, 3] })).toEqual({ symbolic: [null, 3], dtype: "float32" });
    expect(operand({ $: "fn", ref: "keras.src.ops.numpy:square" })).toEqual({ fn: "keras.src.ops.numpy:square" });
    expect(setting({ $: "range", v: [0, 5, 2] })).toEqual([0, 2, 4]);
    expect(operand({ $: "nt", n: "Moments", v: { mean: 1, variance: 2 } })).toEqual([1, 2]);
  });

  test("what cannot be replayed says so", () => {
    expect(() => operand({ $: "bytes" })).toThrow(/'bytes'/);
  });
});

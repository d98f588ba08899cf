import { describe, expect, test } from "vitest";
import { bind, BindingError, callArguments } from "../call.ts";
import type { Creators } from "../decode.ts";
import { ApiNames, apiNames, lookUp, placesOf } from "../names.ts";
import type { Encoded, EncodedObject } from "../row.ts";

const creators = {
  tensor: ({ values }: { values: readonly unknown[] }) => ({ tensor: values }),
  float: (value: number) => ({ float: value }),
  floatx: () => "float32",
  slice: (...bounds: readonly unknown[]) => ({ slice: bounds }),
  ellipsis: () => "...",
} as unknown as Creators;
const x: Encoded = { $: "t", d: "float32", s: [1], v: [7] };
const X = { tensor: [7] };

function call(category: string, name: string, args: readonly Encoded[], kwargs: EncodedObject = {}): unknown[] {
  const { symbol } = apiNames().find(category, name)!;
  return callArguments(symbol, bind(symbol, args, kwargs), creators);
}

describe("Python's arguments become TypeScript's", () => {
  test("optional parameters go into one options object under camelCase names", () => {
    expect(call("ops", "sum", [x, 1], { keepdims: true })).toEqual([X, { axis: 1, keepdims: true }]);
    expect(call("ops", "sum", [x])).toEqual([X]);
    expect(call("ops", "conv", [x, x], { dilation_rate: 2 })).toEqual([X, X, { dilationRate: 2 }]);
    expect(call("ops", "sum", [], { x, axis: null })).toEqual([X, { axis: null }]);
  });

  test("promoted parameters are positional, holes are undefined", () => {
    expect(call("ops", "arange", [3])).toEqual([3]);
    expect(call("ops", "arange", [3], { dtype: "int8" })).toEqual([3, undefined, undefined, { dtype: "int8" }]);
    expect(call("ops", "transpose", [x], { axes: [1, 0] })).toEqual([X, [1, 0]]);
  });

  test("variadic parameters", () => {
    expect(call("ops", "einsum", ["i,i->", x, x])).toEqual(["i,i->", X, X]);
    expect(call("ops", "meshgrid", [x, x], { indexing: "ij" })).toEqual([[X, X], { indexing: "ij" }]);
    expect(call("ops", "meshgrid", [[1, 2], [3]])).toEqual([[{ tensor: [1, 2] }, { tensor: [3] }]]);
    expect(call("ops", "rearrange", [x, "(a b) -> a b"], { a: 2 })).toEqual([X, "(a b) -> a b", { a: 2 }]);
  });

  test("lists of numbers are tensors or settings by the parameter they are for", () => {
    expect(call("ops", "add", [[1, 2], 3])).toEqual([{ tensor: [1, 2] }, 3]);
    expect(call("ops", "reshape", [x, [1, 1]])).toEqual([X, [1, 1]]);
    expect(call("ops", "add", [x, { $: "f", v: 2 }])).toEqual([X, { float: 2 }]);
    expect(call("activations", "relu", [x], { max_value: { $: "f", v: 6 } })).toEqual([X, { maxValue: 6 }]);
  });

  test("arguments that do not fit are a BindingError", () => {
    expect(() => call("activations", "threshold", [x])).toThrow(BindingError);
    expect(() => call("ops", "sum", [x], { axes: 1 })).toThrow(/no parameter 'axes'/);
    expect(() => call("ops", "abs", [x, x])).toThrow(/positional/);
    expect(() => call("ops", "sum", [x], { x })).toThrow(/twice/);
  });
});

describe("names", () => {
  test("a category decides which function a bare name means", () => {
    expect(apiNames().find("losses", "mean_squared_error")!.namespace).toBe("keras.losses");
    expect(apiNames().find("utils", "normalize")!.symbol.path).toBe("keras.utils.normalize");
    expect(apiNames().find("symbolic/ops", "normalize")!.symbol.path).toMatch(/^keras\.ops\./);
    expect(apiNames().find("dtypes/ops", "resize")!.symbol.path).toBe("keras.ops.image.resize");
    expect(apiNames().find("ops", "no_such_op")).toBeNull();
  });

  test("exports are found under their namespace or flat", () => {
    const names = new ApiNames([
      { path: "keras.ops.image.resize", aliases: [], kind: "function", ts: "resize", package: "ops" },
      { path: "keras.ops.var", aliases: [], kind: "function", ts: "var", package: "ops" },
    ]);
    const [place] = placesOf(names.find("ops", "resize")!);
    expect(place).toEqual({ package: "@keras/ops", segments: ["image"], name: "resize" });
    expect(lookUp({ image: { resize: 1 } }, ["image"], "resize")).toBe(1);
    expect(lookUp({ resize: 2 }, ["image"], "resize")).toBe(2);
    expect(lookUp({ var_: 3 }, [], "var")).toBe(3);
    expect(lookUp({}, ["image"], "resize")).toBeUndefined();
  });
});

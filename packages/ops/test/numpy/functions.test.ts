// Ops that take functions, counts or patterns in place of tensors alone.
import { beforeEach, describe, expect, it } from "vitest";
import {
  add,
  arange,
  ArgumentError,
  array,
  bartlett,
  eye,
  histogram,
  jit,
  KerasTensor,
  linspace,
  multiply,
  rearrange,
  ShapeError,
  sum,
  tri,
  unique,
  vectorize,
  zeros,
  type Tensor,
} from "@keras/ops";
import { flat, numbers, tensor, useReference } from "./support.ts";

beforeEach(useReference);

describe("vectorize", () => {
  it("applies a function of scalars at every place", async () => {
    const f = vectorize((x: Tensor, y: Tensor) => add(multiply(x, 10), y));
    expect(await f([[1], [2]], [3, 4]).array()).toEqual([
      [13, 14],
      [23, 24],
    ]);
  });

  it("gives a function the axes that its signature names", async () => {
    const inner = vectorize((x: Tensor, y: Tensor) => sum(multiply(x, y)), { signature: "(n),(n)->()" });
    const [x, y] = [tensor(numbers([2, 1, 3]), [2, 1, 3]), tensor(numbers([4, 3]), [4, 3])];
    expect(inner(x, y).shape).toEqual([2, 4]);
    expect(await inner([1, 2], [3, 4]).item()).toBe(11);
    expect(() => inner(1, y)).toThrow(ShapeError);
    expect(() => vectorize((a: Tensor) => a, { signature: "n->n" })).toThrow(ArgumentError);
  });

  it("passes excluded arguments on as they are", async () => {
    const f = vectorize((x: Tensor, table: Tensor) => multiply(x, sum(table)), { excluded: [1] });
    expect(await flat(f([1, 2], [10, 20, 30]))).toEqual([60, 120]);
  });
});

describe("rearrange", () => {
  it("splits, reorders and merges axes", async () => {
    const x = tensor(
      numbers([2, 4]).map((_, i) => i),
      [2, 4],
    );
    expect(await rearrange(x, "a (b c) -> b (a c)", { b: 2 }).array()).toEqual([
      [0, 1, 4, 5],
      [2, 3, 6, 7],
    ]);
    expect(rearrange(new KerasTensor([null, 6]), "b (h w) -> b w h", { h: 2 }).shape).toEqual([null, 3, 2]);
  });

  it("refuses patterns that do not fit", () => {
    expect(() => rearrange(zeros([2, 3]), "a b -> a")).toThrow(ArgumentError);
    expect(() => rearrange(zeros([2, 3]), "a b c -> a b c")).toThrow(ArgumentError);
    expect(() => rearrange(zeros([2, 3]), "a (b c) -> a b c")).toThrow(ArgumentError);
    expect(() => rearrange(zeros([2, 3]), "a (b c) -> a b c", { b: 2 })).toThrow(ShapeError);
  });
});

describe("sequences and windows", () => {
  it("counts, up and down", async () => {
    expect(await flat(arange(5))).toEqual([0, 1, 2, 3, 4]);
    expect(await flat(arange(5, 1, -2))).toEqual([5, 3]);
    expect(await flat(arange(3, "float32"))).toEqual([0, 1, 2]);
    expect([arange(2).dtype, arange(0, 1, 0.5).dtype, arange(3, { dtype: "int8" }).dtype]).toEqual([
      "int32",
      "float32",
      "int8",
    ]);
    expect(() => arange(0, 1, 0)).toThrow(ArgumentError);
  });

  it("ends exactly at the bounds", async () => {
    const y = await flat(linspace(0.1, 0.7, 7));
    expect([y[0], y.at(-1)]).toEqual([Math.fround(0.1), Math.fround(0.7)]);
    expect(await flat(linspace(0, 10, 5, { dtype: "int32" }))).toEqual([0, 2, 5, 7, 10]);
    const [, step] = linspace(0, 1, 5, { retstep: true });
    expect(await step.item()).toBe(0.25);
    expect(() => linspace(0, 1, -1)).toThrow(ArgumentError);
  });

  it("takes counts as tensors too, but no fractions", async () => {
    expect(eye(array(2, "int32")).shape).toEqual([2, 2]);
    expect((await flat(bartlett(array(3, "int32")))).map(Math.round)).toEqual([0, 1, 0]);
    expect(() => eye(2.5)).toThrow(ArgumentError);
    expect(() => tri(-1)).toThrow(ArgumentError);
  });
});

describe("data-dependent results", () => {
  it("tells each NaN from the others", async () => {
    expect(await flat(unique(array([1, Number.NaN, 2, Number.NaN])))).toEqual([1, 2, Number.NaN, Number.NaN]);
  });

  it("finds unique rows, and fills up to a fixed number inside jit", async () => {
    const x = tensor([1, 0, 0, 1, 1, 0], [3, 2]);
    const [rows, first, inverse, counts] = unique(x, {
      axis: 0,
      returnIndex: true,
      returnInverse: true,
      returnCounts: true,
    }) as [Tensor, Tensor, Tensor, Tensor];
    expect(await rows.array()).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect([await flat(first), await flat(inverse), await flat(counts)]).toEqual([
      [1, 0],
      [1, 0, 1],
      [1, 2],
    ]);
    const sized = jit((y: Tensor) => unique(y, { size: 4, fillValue: -1 }))(array([5, 3, 5]));
    expect(await flat(sized)).toEqual([3, 5, -1, -1]);
  });

  it("counts values in bins, the last of which has both ends", async () => {
    const [counts, edges] = histogram([0, 1, 1, 2, 9], { bins: 2, range: [0, 2] });
    expect([await flat(counts), await flat(edges)]).toEqual([
      [1, 3],
      [0, 1, 2],
    ]);
    expect(() => histogram([1, 2], { bins: 0 })).toThrow(ArgumentError);
  });
});

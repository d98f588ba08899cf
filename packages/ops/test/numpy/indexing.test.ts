import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import {
  ArgumentError,
  array,
  DTypeError,
  getItem,
  grad,
  KerasTensor,
  multiply,
  scatterUpdate,
  ShapeError,
  slice,
  sliceUpdate,
  sum,
  take,
  takeAlongAxis,
  type Index,
  type IndexRange,
  type Tensor,
} from "@keras/ops";
import { flat, numbers, tensor, useReference } from "./support.ts";

beforeEach(useReference);

type Nest = number | Nest[];

/** Row-major numbers as nested arrays. */
function nest(values: readonly number[], shape: readonly number[]): Nest {
  if (shape.length === 0) return values[0]!;
  const inner = shape.slice(1).reduce((n, d) => n * d, 1);
  return Array.from({ length: shape[0]! }, (_, i) => nest(values.slice(i * inner, (i + 1) * inner), shape.slice(1)));
}

/** Python's slicing of a list, written from its documentation. */
function sliced<T>(xs: readonly T[], { start, stop, step }: IndexRange): T[] {
  const by = step ?? 1;
  const n = xs.length;
  const clamp = (at: number | null | undefined, otherwise: number): number => {
    if (at === null || at === undefined) return otherwise;
    const from = at < 0 ? at + n : at;
    return by > 0 ? Math.min(Math.max(from, 0), n) : Math.min(Math.max(from, -1), n - 1);
  };
  const out: T[] = [];
  const [first, last] = [clamp(start, by > 0 ? 0 : n - 1), clamp(stop, by > 0 ? n : -1)];
  for (let i = first; by > 0 ? i < last : i > last; i += by) out.push(xs[i]!);
  return out;
}

/** Indexing by numbers, ranges and new axes, on nested arrays. */
function naive(x: Nest, index: readonly (number | null | IndexRange)[]): Nest {
  const [item, ...rest] = index;
  if (item === undefined) return x;
  if (item === null) return [naive(x, rest)];
  const list = x as Nest[];
  if (typeof item === "number") return naive(list[item < 0 ? item + list.length : item]!, rest);
  return sliced(list, item).map((y) => naive(y, rest));
}

const end = fc.option(fc.integer({ min: -6, max: 6 }), { nil: undefined });
const range = fc.record({ start: end, stop: end, step: fc.constantFrom(undefined, 1, 2, 3, -1, -2) });
const indexing = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }).chain((shape) =>
  fc
    .tuple(...shape.map((d) => fc.oneof(range, fc.integer({ min: -d, max: d - 1 }))))
    .chain((items) =>
      fc
        .tuple(fc.nat({ max: items.length }), fc.boolean())
        .map(([at, extra]) => (extra ? items.toSpliced(at, 0, null as never) : items)),
    )
    .map((index) => ({ shape, index: index as (number | null | IndexRange)[] })),
);

const shapeOf = (x: Nest): number[] => (Array.isArray(x) ? [x.length, ...(x.length > 0 ? shapeOf(x[0]!) : [])] : []);

describe("indexing", () => {
  it("takes numbers, ranges and new axes as Python does, and announces the shape", async () => {
    await fc.assert(
      fc.asyncProperty(indexing, async ({ shape, index }) => {
        const values = numbers(shape).map((_, i) => i);
        const wanted = naive(nest(values, shape), index);
        const found = getItem(tensor(values, shape), ...(index as Index[]));
        expect(await flat(found)).toEqual([wanted].flat(9));
        if (!found.shape.includes(0)) expect(found.shape).toEqual(shapeOf(wanted));
        expect(getItem(new KerasTensor(shape), ...(index as Index[])).shape).toEqual(found.shape);
      }),
      { numRuns: 300 },
    );
  });

  it("sends the cotangent back to where elements came from", async () => {
    await fc.assert(
      fc.asyncProperty(indexing, async ({ shape, index }) => {
        const values = numbers(shape).map((_, i) => i);
        const taken = [naive(nest(values, shape), index)].flat(9) as number[];
        const dx = grad((x: Tensor) => sum(multiply(getItem(x, ...(index as Index[])), 2)))(tensor(values, shape));
        expect(await flat(dx)).toEqual(values.map((v) => (taken.includes(v) ? 2 : 0)));
      }),
    );
  });

  it("takes integers: side by side in place, apart in front", () => {
    const x = tensor(numbers([2, 3, 4, 5]), [2, 3, 4, 5]);
    expect(getItem(x, "...", [0, 1, 2], [1, 1, 1]).shape).toEqual([2, 3, 3]);
    expect(getItem(x, [0, 1, 1], "...", [1, 1, 1]).shape).toEqual([3, 3, 4]);
    expect(getItem(x, { stop: 1 }, array([[0], [1]], "int32"), array([1, 2, 3], "int32")).shape).toEqual([1, 2, 3, 5]);
    expect(getItem(x, 0, { start: 0 }, [1, 2]).shape).toEqual([2, 3, 5]);
  });

  it("takes masks of booleans", async () => {
    const x = tensor([1, 2, 3, 4], [2, 2]);
    expect(
      await flat(
        getItem(
          x,
          array([
            [true, false],
            [false, true],
          ]),
        ),
      ),
    ).toEqual([1, 4]);
    expect(await getItem(x, array([false, true])).array()).toEqual([[3, 4]]);
  });

  it("refuses what is out of range or of the wrong kind", () => {
    const x = tensor([1, 2, 3], [3]);
    expect(() => getItem(x, 3)).toThrow(ArgumentError);
    expect(() => getItem(x, 0, 0)).toThrow(ArgumentError);
    expect(() => getItem(x, "...", "...")).toThrow(ArgumentError);
    expect(() => getItem(x, { step: 0 })).toThrow(ArgumentError);
    expect(() => getItem(x, 0.5)).toThrow(ArgumentError);
    expect(() => getItem(x, array([0.5]))).toThrow(DTypeError);
  });

  it("gathers with indices from either end", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -4, max: 3 }), { maxLength: 6 }),
        fc.constantFrom(0, 1),
        async (indices, axis) => {
          const shape = axis === 0 ? [4, 2] : [2, 4];
          const values = numbers(shape).map((_, i) => i);
          const rows = nest(values, shape) as number[][];
          const at = indices.map((i) => (i < 0 ? i + 4 : i));
          const wanted = axis === 0 ? at.map((i) => rows[i]!) : rows.map((row) => at.map((i) => row[i]!));
          const found = take(tensor(values, shape), tensor(indices, [indices.length], "int32"), axis);
          expect(await flat(found)).toEqual(wanted.flat());
          const dx = await flat(
            grad((x: Tensor) => sum(take(x, tensor(indices, [indices.length], "int32"), axis)))(tensor(values, shape)),
          );
          const counts = (i: number): number => at.filter((k) => k === i).length;
          expect(dx).toEqual(values.map((_, p) => counts(axis === 0 ? Math.floor(p / 2) : p % 4)));
        },
      ),
    );
    expect(await flat(take(array([1, 2]), array([5], "int32")))).toEqual([Number.NaN]);
    expect(() => take(array([1, 2]), array([0.5]))).toThrow(DTypeError);
    expect(() => takeAlongAxis(array([1, 2]), array([[0]], "int32"), 0)).toThrow(ShapeError);
  });

  it("scatters: the last of several updates wins, and only it gets a cotangent", async () => {
    const at = array([[1], [1], [0]], "int32");
    expect(await flat(scatterUpdate(array([9, 9, 9]), at, array([1, 2, 3])))).toEqual([3, 2, 9]);
    expect(await flat(grad((u: Tensor) => sum(scatterUpdate(array([9, 9, 9]), at, u)))(array([1, 2, 3])))).toEqual([
      0, 1, 1,
    ]);
    expect(await flat(grad((x: Tensor) => sum(scatterUpdate(x, at, array([1, 2, 3]))))(array([9, 9, 9])))).toEqual([
      0, 0, 1,
    ]);
    expect(() => scatterUpdate(array([1, 2]), at, array([1, 2]))).toThrow(ShapeError);
  });

  it("cuts blocks, moved so far that they fit", async () => {
    const x = array([0, 1, 2, 3, 4]);
    expect(await flat(slice(x, [4], [2]))).toEqual([3, 4]);
    expect(await flat(slice(x, array([4], "int32"), [2]))).toEqual([3, 4]);
    expect(await flat(slice(x, [1], [-1]))).toEqual([1, 2, 3, 4]);
    expect(await flat(sliceUpdate(x, [4], [8, 9]))).toEqual([0, 1, 2, 8, 9]);
    expect(() => slice(x, [0], [6])).toThrow(ShapeError);
    expect(() => slice(x, [0, 0], [1, 1])).toThrow(ShapeError);
  });
});

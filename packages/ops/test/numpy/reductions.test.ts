import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import {
  all,
  any,
  ArgumentError,
  argmax,
  array,
  cumsum,
  grad,
  isFloat,
  KerasTensor,
  max,
  mean,
  min,
  prod,
  quantile,
  ShapeError,
  sort,
  sum,
  var_,
  type DType,
} from "@keras/ops";
import { flat, numbers, tensor, unravel, useReference } from "./support.ts";

beforeEach(useReference);

/** A shape without empty axes, some of its axes (as they may be written), and `keepdims`. */
const reduction = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }).chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    axis: fc
      .subarray([...shape.keys()], { minLength: 1 })
      .chain((axes) => fc.tuple(...axes.map((a) => fc.constantFrom(a, a - shape.length)))),
    keepdims: fc.boolean(),
  }),
);

/** Elements by the place in the result that they are reduced to. */
function groups(values: readonly number[], shape: readonly number[], axis: readonly number[]): number[][] {
  const reduced = new Set(axis.map((a) => (a < 0 ? a + shape.length : a)));
  const kept = shape.map((d, i) => (reduced.has(i) ? 1 : d));
  const out: number[][] = Array.from({ length: kept.reduce((n, d) => n * d, 1) }, () => []);
  values.forEach((value, position) => {
    const index = unravel(position, shape);
    out[index.reduce((at, i, k) => at * kept[k]! + (kept[k] === 1 ? 0 : i), 0)]!.push(value);
  });
  return out;
}

const total = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);
const average = (xs: readonly number[]): number => total(xs) / xs.length;

describe("reductions", () => {
  it.each([
    ["sum", sum, total],
    ["prod", prod, (xs: readonly number[]) => xs.reduce((a, b) => a * b, 1)],
    ["max", max, (xs: readonly number[]) => Math.max(...xs)],
    ["min", min, (xs: readonly number[]) => Math.min(...xs)],
    ["mean", mean, average],
    ["var", var_, (xs: readonly number[]) => average(xs.map((x) => (x - average(xs)) ** 2))],
  ] as const)("%s reduces any axes", async (_, op, of) => {
    await fc.assert(
      fc.asyncProperty(reduction, async ({ shape, axis, keepdims }) => {
        const values = numbers(shape);
        const y = (op as typeof sum)(tensor(values, shape), { axis, keepdims });
        const reduced = new Set(axis.map((a) => (a < 0 ? a + shape.length : a)));
        const wanted = shape.flatMap((d, i) => (reduced.has(i) ? (keepdims ? [1] : []) : [d]));
        expect(y.shape).toEqual(wanted);
        expect((op as typeof sum)(new KerasTensor(shape), { axis, keepdims }).shape).toEqual(wanted);
        const lists = groups(values, shape, axis);
        (await flat(y)).forEach((value, i) => expect(value).toBeCloseTo(of(lists[i]!), 4));
      }),
    );
  });

  it("takes a bare number or list in place of the options as the axis", async () => {
    const x = tensor([1, 2, 3, 4, 5, 6], [2, 3]);
    expect(await flat(sum(x, 0))).toEqual([5, 7, 9]);
    expect(await flat(sum(x, [0, 1]))).toEqual([21]);
    expect(await flat(argmax(x, -1))).toEqual([2, 2]);
    expect(await flat(cumsum(x, 0))).toEqual([1, 2, 3, 5, 7, 9]);
  });

  it("refuses axes that are out of range or repeat, and nothing to choose from", () => {
    const x = tensor([1, 2], [2]);
    expect(() => sum(x, 1)).toThrow(ArgumentError);
    expect(() => sum(x, [0, -1])).toThrow(ArgumentError);
    expect(() => max(tensor([], [0]))).toThrow(ShapeError);
    expect(() => argmax(tensor([], [0, 2]), 0)).toThrow(ShapeError);
  });

  it("gives neutral elements for nothing", async () => {
    const none = tensor([], [0]);
    expect(await sum(none).item()).toBe(0);
    expect(await prod(none).item()).toBe(1);
    expect(await max(none, { initial: -3 }).item()).toBe(-3);
    expect(await all(none).item<boolean>()).toBe(true);
    expect(await any(none).item<boolean>()).toBe(false);
    expect(await mean(none).item()).toBeNaN();
  });

  it.each([
    ["bool", "int32", "float32"],
    ["int8", "int32", "float32"],
    ["uint8", "uint32", "float32"],
    ["int32", "int32", "float32"],
    ["float16", "float16", "float16"],
    ["bfloat16", "bfloat16", "bfloat16"],
  ] as const)("sums %s as %s, and its mean is %s", (dtype, summed, averaged) => {
    const x = array([1, 0], dtype as DType);
    expect([sum(x).dtype, mean(x).dtype]).toEqual([summed, averaged]);
    expect(isFloat(averaged)).toBe(true);
  });

  it("does not overflow half precision in a mean", async () => {
    expect(await mean(array([60000, 60000, 60000], "float16")).item()).toBe(60000);
  });

  it("shares the cotangent of a maximum among all that are equal", async () => {
    expect(await flat(grad((x) => max(x))(tensor([1, 3, 3, 2], [4])))).toEqual([0, 0.5, 0.5, 0]);
    expect(await flat(grad((x) => min(x))(tensor([1, 1, 1, 2, 1], [5])))).toEqual([0.25, 0.25, 0.25, 0, 0.25]);
  });

  it("differentiates products over zeros", async () => {
    expect(await flat(grad((x) => prod(x))(tensor([2, 0, 3], [3])))).toEqual([0, 6, 0]);
    expect(await flat(grad((x) => prod(x))(tensor([0, 0, 3], [3])))).toEqual([0, 0, 0]);
  });

  it("finds quantiles between neighbours, and NaN in the sample", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.double({ min: 0, max: 1, noNaN: true }), async (n, q) => {
        const values = numbers([n]);
        const ordered = [...values].sort((a, b) => a - b);
        const place = q * (n - 1);
        const [low, high] = [ordered[Math.floor(place)]!, ordered[Math.ceil(place)]!];
        const wanted = low + (high - low) * (place - Math.floor(place));
        expect(await quantile(tensor(values, [n]), q).item()).toBeCloseTo(wanted, 4);
      }),
    );
    expect(await quantile(array([1, Number.NaN]), 0.5).item()).toBeNaN();
  });

  it("sorts NaN last", async () => {
    expect(await flat(sort(array([2, Number.NaN, 1])))).toEqual([1, 2, Number.NaN]);
  });
});

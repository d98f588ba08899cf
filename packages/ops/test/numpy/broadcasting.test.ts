import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import {
  add,
  broadcastTo,
  greater,
  KerasTensor,
  maximum,
  multiply,
  ShapeError,
  subtract,
  sum,
  vjp,
  where,
  type Tensor,
} from "@keras/ops";
import { flat, numbers, ravelIn, tensor, unravel, useReference } from "./support.ts";

beforeEach(useReference);

/** A shape, and two shapes that broadcast to it. */
const broadcasting = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 }).chain((shape) => {
  const part = fc
    .tuple(fc.nat({ max: shape.length }), fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }))
    .map(([drop, ones]) => shape.map((d, i) => (ones[i] ? 1 : d)).slice(drop));
  return fc.tuple(part, part);
});

const union = (a: readonly number[], b: readonly number[]): number[] => {
  const rank = Math.max(a.length, b.length);
  const at = (s: readonly number[], i: number): number => s[i - rank + s.length] ?? 1;
  return Array.from({ length: rank }, (_, i) => Math.max(at(a, i), at(b, i)));
};

describe("broadcasting", () => {
  it.each([
    ["add", add, (x: number, y: number) => x + y],
    ["subtract", subtract, (x: number, y: number) => x - y],
    ["multiply", multiply, (x: number, y: number) => x * y],
    ["maximum", maximum, Math.max],
    ["greater", greater, (x: number, y: number) => Number(x > y)],
  ] as const)("%s pairs elements as NumPy does", async (_, op, of) => {
    await fc.assert(
      fc.asyncProperty(broadcasting, async ([a, b]) => {
        const [x, y] = [numbers(a, -2, 2, 1), numbers(b, -2, 2, 2)];
        const z = op(tensor(x, a), tensor(y, b)) as Tensor;
        const shape = union(a, b);
        expect(z.shape).toEqual(shape);
        const wanted = Array.from({ length: z.size }, (_u, i) => {
          const index = unravel(i, shape);
          return of(x[ravelIn(index, a)]!, y[ravelIn(index, b)]!);
        });
        (await flat(z)).forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 5));
      }),
    );
  });

  it("gives each operand a cotangent of its own shape: the sum over its copies", async () => {
    await fc.assert(
      fc.asyncProperty(broadcasting, async ([a, b]) => {
        const shape = union(a, b);
        const g = numbers(shape, -1, 1, 3);
        const [, pullback] = vjp((x: Tensor, y: Tensor) => add(x, y), [tensor(numbers(a), a), tensor(numbers(b), b)]);
        const [dx, dy] = pullback(tensor(g, shape));
        for (const [d, own] of [
          [dx!, a],
          [dy!, b],
        ] as const) {
          expect(d.shape).toEqual(own);
          const wanted = new Array<number>(d.size).fill(0);
          g.forEach((value, i) => (wanted[ravelIn(unravel(i, shape), own)]! += value));
          (await flat(d)).forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 4));
        }
      }),
    );
  });

  it("announces the same shape for symbolic operands, and keeps unknown sizes", () => {
    fc.assert(
      fc.property(broadcasting, ([a, b]) => {
        expect(add(new KerasTensor(a), new KerasTensor(b)).shape).toEqual(union(a, b));
        const open = add(new KerasTensor([null, ...a]), new KerasTensor([1, ...a]));
        expect(open.shape).toEqual([null, ...a]);
      }),
    );
  });

  it("refuses shapes that do not broadcast, and names them", () => {
    expect(() => add(tensor([1, 2], [2]), tensor([1, 2, 3], [3]))).toThrow(ShapeError);
    expect(() => add(tensor([1, 2], [2]), tensor([1, 2, 3], [3]))).toThrow(/\[2\] and \[3\].*'add'/);
    expect(() => broadcastTo(tensor([1, 2], [2]), [3])).toThrow(ShapeError);
    expect(() => broadcastTo(tensor([1, 2], [2, 1]), [2])).toThrow(ShapeError);
    expect(() => where(tensor([1, 0], [2], "bool"), tensor([1, 2, 3], [3]), 0)).toThrow(ShapeError);
  });

  it("splits the cotangent of a tie in halves", async () => {
    const [, pullback] = vjp(
      (x: Tensor, y: Tensor) => sum(maximum(x, y)),
      [tensor([1, 2, 3], [3]), tensor([1, 1, 4], [3])],
    );
    const [dx, dy] = pullback(tensor([1], []));
    expect(await flat(dx!)).toEqual([0.5, 1, 0]);
    expect(await flat(dy!)).toEqual([0.5, 0, 1]);
  });
});

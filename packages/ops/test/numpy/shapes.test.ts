import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import {
  ArgumentError,
  array,
  concatenate,
  einsum,
  Function as KerasFunction,
  getItem,
  KerasTensor,
  matmul,
  mean,
  pad,
  ravel,
  repeat,
  reshape,
  ShapeError,
  split,
  stack,
  tile,
  transpose,
  unstack,
  type Tensor,
} from "@keras/ops";
import { flat, numbers, tensor, useReference } from "./support.ts";

beforeEach(useReference);

const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
const size = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);

describe("shapes", () => {
  it("reshapes with one size left open, keeping the elements in order", async () => {
    await fc.assert(
      fc.asyncProperty(shapes, shapes, fc.nat({ max: 3 }), async (from, order, open) => {
        // Some factorization of the number of elements.
        let rest = size(from);
        const to = order.map((d) => {
          const factor = rest % d === 0 ? d : 1;
          rest /= factor;
          return factor;
        });
        to.push(rest);
        const asked = to.map((d, i) => (i === open % to.length ? -1 : d));
        const values = numbers(from);
        const y = reshape(tensor(values, from), asked);
        expect(y.shape).toEqual(to);
        expect(await flat(y)).toEqual(await flat(tensor(values, from)));
        expect(reshape(new KerasTensor(from), asked).shape).toEqual(to);
      }),
    );
  });

  it("keeps unknown sizes through reshape where they can be followed", () => {
    expect(reshape(new KerasTensor([null, 3, 4]), [-1, 12]).shape).toEqual([null, 12]);
    expect(reshape(new KerasTensor([null, 3, 4]), [null, 2, 6]).shape).toEqual([null, 2, 6]);
    expect(ravel(new KerasTensor([null, 3])).shape).toEqual([null]);
    expect(() => reshape(new KerasTensor([2, 3]), [4, 2])).toThrow(ShapeError);
    expect(() => reshape(new KerasTensor([null, 3]), [-1, -1])).toThrow(ShapeError);
  });

  it("runs a graph that was made for an unknown batch size on any", () => {
    const x = new KerasTensor([null, 2, 3]);
    const flatRows = reshape(x, [-1, 6]);
    const y = concatenate([flatRows, mean(x, { axis: 1 }), getItem(x, "...", 0, { start: 1 })], 1);
    const graph = new KerasFunction({
      inputs: x,
      outputs: [
        y,
        transpose(x),
        pad(x, [
          [1, 1],
          [0, 0],
          [0, 0],
        ]),
      ],
    });
    expect(y.shape).toEqual([null, 11]);
    for (const n of [1, 4]) {
      const results = graph.run(tensor(numbers([n, 2, 3]), [n, 2, 3])) as Tensor[];
      expect(results.map((r) => r.shape)).toEqual([
        [n, 11],
        [3, 2, n],
        [n + 2, 2, 3],
      ]);
    }
  });

  it("transposes back to where it was", async () => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), async (shape, keys) => {
        const perm = [...shape.keys()].sort((a, b) => keys[a]! - keys[b]! || a - b);
        const x = tensor(numbers(shape), shape);
        const y = transpose(x, perm);
        expect(y.shape).toEqual(perm.map((p) => shape[p]!));
        const back = transpose(
          y,
          perm.map((_, i) => perm.indexOf(i)),
        );
        expect(await flat(back)).toEqual(await flat(x));
      }),
    );
    expect(() => transpose(array([[1]]), [0, 0])).toThrow(ArgumentError);
    expect(() => transpose(array([[1]]), [0])).toThrow(ArgumentError);
  });

  it("joins what it split, and stacks what it unstacked", async () => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.nat({ max: 3 }), async (shape, k) => {
        const axis = k % shape.length;
        const x = tensor(numbers(shape), shape);
        expect(await flat(concatenate(split(x, shape[axis]!, axis), axis))).toEqual(await flat(x));
        expect(await flat(stack(unstack(x, axis), axis))).toEqual(await flat(x));
      }),
    );
    expect(() => split(array([1, 2, 3]), 2)).toThrow(ShapeError);
    expect(() => concatenate([array([[1]]), array([1])])).toThrow(ShapeError);
    expect(() => concatenate([])).toThrow(ArgumentError);
    expect(() => unstack(new KerasTensor([null, 2]))).toThrow(ArgumentError);
  });

  it("repeats as tile and repeat say", async () => {
    expect(await tile(array([[1, 2]]), [2, 2]).array()).toEqual([
      [1, 2, 1, 2],
      [1, 2, 1, 2],
    ]);
    expect(await flat(repeat(array([1, 2, 3]), [2, 0, 1]))).toEqual([1, 1, 3]);
    expect(() => repeat(array([1, 2, 3]), [1, 2])).toThrow(ShapeError);
    expect(() => tile(array([1]), [-1])).toThrow(ArgumentError);
  });

  it("multiplies matrices with unknown batch sizes", () => {
    expect(matmul(new KerasTensor([null, 2, 3]), new KerasTensor([3, 4])).shape).toEqual([null, 2, 4]);
    expect(matmul(new KerasTensor([null, 2, 3]), new KerasTensor([3])).shape).toEqual([null, 2]);
    expect(einsum("bij,bjk->bik", new KerasTensor([null, 2, 3]), new KerasTensor([null, 3, 4])).shape).toEqual([
      null,
      2,
      4,
    ]);
    expect(() => matmul(new KerasTensor([2, 3]), new KerasTensor([4, 2]))).toThrow(/\[2, 3\] by \[4, 2\].*'matmul'/);
    expect(() => einsum("ij,jk", array([[1]]))).toThrow(ArgumentError);
    expect(() => einsum("ij->ik", array([[1]]))).toThrow(ArgumentError);
  });
});

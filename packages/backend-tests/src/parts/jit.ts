import * as ops from "@keras/ops";
import { toTensor, Variable, type Tensor } from "@keras/ops";
import { expect } from "vitest";
import { distance, floats } from "../numbers.ts";
import type { Suite } from "../suite.ts";

/** Compiled functions. */
export function jitTests(suite: Suite): void {
  suite.test("a compiled function gives what it gives uncompiled, for several shapes", async () => {
    const f = (x: Tensor, y: Tensor): Tensor => ops.softmax(ops.add(ops.matmul(ops.relu(x), y), 0.5));
    const compiled = ops.jit(f);
    for (const n of [1, 3, 7, 3]) {
      const [x, y] = [toTensor(floats([n, 4], n)), toTensor(floats([4, 5], n + 1))];
      expect(distance(await compiled(x, y).data("float32"), await f(x, y).data("float32"))).toBeLessThan(1e-5);
    }
  });
  suite.test("calls follow one another on state that is still being computed", async () => {
    const count = new Variable(0, { dtype: "float32" });
    const step = ops.jit((x: Tensor) => {
      count.assignAdd(1);
      return ops.add(x, count);
    });
    const results = Array.from({ length: 20 }, (_, i) => step(toTensor(i, "float32")));
    expect(await Promise.all(results.map((y) => y.item()))).toEqual(Array.from({ length: 20 }, (_, i) => 2 * i + 1));
    expect(await count.value.item()).toBe(20);
  });
  suite.test("results may be trees, arguments, constants and the same value twice", async () => {
    const f = ops.jit((x: Tensor) => {
      const y = ops.add(x, 1);
      return { x, twice: [y, y] as const, five: ops.full([2], 5), note: "kept" };
    });
    const { x, twice, five, note } = f(toTensor([1, 2]));
    expect(await x.array()).toEqual([1, 2]);
    expect(await twice[0].array()).toEqual([2, 3]);
    expect(await twice[1].array()).toEqual([2, 3]);
    expect(await five.array()).toEqual([5, 5]);
    expect(note).toBe("kept");
  });
  suite.test("a train step: value, gradients and new weights in one graph", async () => {
    const run = async (compile: boolean): Promise<number[]> => {
      const w = new Variable(floats([4, 3], 5));
      const body = (x: Tensor): Tensor => {
        const { value, grads } = ops.valueAndGrad(() => ops.mean(ops.square(ops.tanh(ops.matmul(x, w)))), [w]);
        w.assignSub(ops.multiply(grads[0]!, 0.5));
        return value;
      };
      const step = compile ? ops.jit(body) : body;
      const losses: number[] = [];
      for (let i = 0; i < 5; i++) losses.push(await step(toTensor(floats([6, 4], 9))).item());
      return [...losses, ...(await w.value.data("float32"))];
    };
    const [eager, compiled] = [await run(false), await run(true)];
    expect(distance(compiled, eager)).toBeLessThan(1e-5);
    expect(eager[4]).toBeLessThan(eager[0]!);
  });
  suite.test("what the backend lacks runs in the middle of a compiled graph", async () => {
    // Factorizations are what most engines leave to their host.
    const f = ops.jit((x: Tensor) => {
      const a = ops.add(ops.matmul(x, ops.transpose(x)), ops.eye(3));
      return ops.sum(ops.multiply(ops.cholesky(a), 2));
    });
    const x = floats([3, 3], 4);
    const a = Array.from({ length: 3 }, (_, i) =>
      Array.from({ length: 3 }, (_, j) =>
        [0, 1, 2].reduce((s, k) => s + x.values[3 * i + k]! * x.values[3 * j + k]!, i === j ? 1 : 0),
      ),
    );
    // The factor by hand, as everyone learns it.
    const l = [0, 1, 2].map(() => [0, 0, 0]);
    for (let i = 0; i < 3; i++)
      for (let j = 0; j <= i; j++) {
        let rest = a[i]![j]!;
        for (let k = 0; k < j; k++) rest -= l[i]![k]! * l[j]![k]!;
        l[i]![j] = i === j ? Math.sqrt(rest) : rest / l[j]![j]!;
      }
    expect(await f(toTensor(x)).item()).toBeCloseTo(2 * l.flat().reduce((s, v) => s + v, 0), 4);
  });
  suite.test("a function that fails leaves its Variables as they were", async () => {
    const w = new Variable([1, 2]);
    const step = ops.jit((x: Tensor) => {
      w.assign([9, 9]);
      return ops.matmul(x, ops.zeros([5, 2]));
    });
    expect(() => step(toTensor(floats([2, 3], 1)))).toThrow(/matmul/);
    expect(await w.value.array()).toEqual([1, 2]);
  });
}

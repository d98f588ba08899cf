import * as ops from "@keras/ops";
import { toTensor, Variable, type Tensor } from "@keras/ops";
import { expect } from "vitest";
import { distance, floats } from "../numbers.ts";
import type { Suite } from "../suite.ts";

/** `cond`, `whileLoop` and `scan`: run at once, compiled, and with gradients. */
export function controlFlowTests(suite: Suite): void {
  const halve = (x: Tensor): Tensor =>
    ops.cond(
      ops.greater(ops.sum(x), 0),
      () => ops.multiply(x, 2),
      () => ops.negative(x),
    );
  suite.test("cond takes the branch that the value says, when run and when compiled", async () => {
    for (const f of [ops.jit(halve)]) {
      expect(await f(toTensor([1, 2])).array()).toEqual([2, 4]);
      expect(await f(toTensor([-1, -2])).array()).toEqual([1, 2]);
    }
  });
  suite.test("cond: gradient of the branch taken, and writes in either", async () => {
    const count = new Variable(0, { dtype: "float32" });
    const step = ops.jit((x: Tensor) => {
      const y = ops.cond(
        ops.greater(ops.sum(x), 0),
        () => {
          count.assignAdd(1);
          return ops.multiply(x, 3);
        },
        () => ops.square(x),
      );
      return ops.sum(y);
    });
    expect(await step(toTensor([1, 1])).item()).toBe(6);
    expect(await step(toTensor([-1, -1])).item()).toBe(2);
    expect(await count.value.item()).toBe(1);
    const slope = ops.jit((x: Tensor) => {
      const [, pullback] = ops.vjp((v: Tensor) => ops.sum(halve(v)), [x]);
      return pullback(ops.ones([]))[0]!;
    });
    expect(await slope(toTensor([1, 2])).array()).toEqual([2, 2]);
    expect(await slope(toTensor([-1, -2])).array()).toEqual([-1, -1]);
  });
  suite.test("whileLoop stops where its condition says", async () => {
    const f = ops.jit((start: Tensor) =>
      ops.whileLoop(
        (x: Tensor, _n: Tensor) => ops.less(x, 100),
        (x: Tensor, n: Tensor): [Tensor, Tensor] => [ops.multiply(x, 3), ops.add(n, 1)],
        [start, toTensor(0, "int32")] as [Tensor, Tensor],
      ),
    );
    for (const [start, end, steps] of [
      [1, 243, 5],
      [50, 150, 1],
      [200, 200, 0],
    ] as const) {
      const [x, n] = f(toTensor(start, "float32"));
      expect([await x.item(), await n.item()]).toEqual([end, steps]);
    }
  });
  suite.test("scan: carries, stacked results, and the gradient through all steps", async () => {
    const weights = floats([3, 3], 2);
    const xs = floats([6, 3], 3);
    const run = (w: Tensor, x: Tensor): Tensor => {
      const [last, all] = ops.scan(
        (h: Tensor, xt: Tensor): readonly [Tensor, Tensor] => {
          const next = ops.tanh(ops.add(ops.matmul(ops.reshape(h, [1, 3]), w), xt));
          const flat = ops.reshape(next, [3]);
          return [flat, ops.square(flat)] as const;
        },
        ops.zeros([3]),
        x,
      );
      return ops.add(ops.sum(last), ops.sum(all));
    };
    // The same, step by step.
    const byHand = (w: Tensor, x: Tensor): Tensor => {
      let h: Tensor = ops.zeros([3]);
      let total: Tensor = ops.zeros([]);
      for (let t = 0; t < 6; t++) {
        h = ops.reshape(ops.tanh(ops.add(ops.matmul(ops.reshape(h, [1, 3]), w), ops.getItem(x, [t]))), [3]);
        total = ops.add(total, ops.sum(ops.square(h)));
      }
      return ops.add(ops.sum(h), total);
    };
    const both = (f: typeof run) =>
      ops.jit((w: Tensor, x: Tensor): Tensor[] => {
        const [value, pullback] = ops.vjp(f, [w, x]);
        return [value, ...(pullback(ops.ones([])) as readonly Tensor[])];
      });
    const read = async (ts: readonly Tensor[]): Promise<number[]> =>
      (await Promise.all(ts.map((t) => t.data("float32")))).flatMap((a) => [...a]);
    const args = [toTensor(weights), toTensor(xs)] as const;
    expect(distance(await read(both(run)(...args)), await read(both(byHand)(...args)))).toBeLessThan(2e-5);
  });
}

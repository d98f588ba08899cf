import * as ops from "@keras/ops";
import { idle, getBackend, liveBytes, toTensor, Variable, type Tensor } from "@keras/ops";
import { expect } from "vitest";
import { floats } from "../numbers.ts";
import type { Suite } from "../suite.ts";

/** Memory goes back. */
export function memoryTests(suite: Suite): void {
  const { memorySteps: steps, backend } = suite.settings;
  suite.test(
    `live bytes are flat over ${steps} train steps`,
    async () => {
      const w = new Variable(floats([16, 8], 1));
      const x = toTensor(floats([4, 16], 2));
      const step = ops.jit((batch: Tensor) => {
        const { value, grads } = ops.valueAndGrad(() => ops.mean(ops.square(ops.matmul(batch, w))), [w]);
        w.assignSub(ops.multiply(grads[0]!, 0.01));
        return value;
      });
      step(x).dispose();
      await idle(getBackend(backend));
      const before = liveBytes();
      for (let i = 1; i < steps; i++) {
        step(x).dispose();
        if (i % 500 === 0) await idle(getBackend(backend));
      }
      await idle(getBackend(backend));
      // What tests before this one left to the collector may go meanwhile.
      expect(liveBytes() - before).toBeLessThanOrEqual(0);
      expect(Number.isFinite(await ops.sum(w).item())).toBe(true);
    },
    300_000,
  );
  suite.test("eager ops give their intermediates back", async () => {
    const x = toTensor(floats([8, 8], 3));
    const run = async (): Promise<void> => {
      const y = ops.layerNormalization(x);
      const z = ops.softmax(ops.gelu(y));
      await z.data();
      y.dispose();
      z.dispose();
    };
    await run();
    const before = liveBytes();
    for (let i = 0; i < 50; i++) await run();
    await idle(getBackend(backend));
    // Composites may leave something to the collector (`gelu` between the two is one such value), not a copy for each op inside.
    expect(liveBytes() - before).toBeLessThanOrEqual(50 * 8 * 8 * 4);
  });
  suite.test("gradients of a tape give their intermediates back", async () => {
    const w = new Variable(floats([8, 8], 4));
    const x = toTensor(floats([8, 8], 5));
    const run = async (): Promise<void> => {
      const { value, grads } = ops.valueAndGrad(() => ops.mean(ops.square(ops.matmul(x, w))), [w]);
      await grads[0]!.data();
      value.dispose();
      grads[0]!.dispose();
    };
    for (let i = 0; i < 3; i++) await run();
    const before = liveBytes();
    for (let i = 0; i < 50; i++) await run();
    await idle(getBackend(backend));
    // What the loss itself made is the caller's and goes with the collector: the product, its square, the mean and its parts, not more.
    expect(liveBytes() - before).toBeLessThanOrEqual(50 * (4 * 8 * 8 * 4 + 64));
  });
}

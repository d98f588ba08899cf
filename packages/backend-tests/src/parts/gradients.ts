import * as ops from "@keras/ops";
import { toTensor, Variable, type Tensor } from "@keras/ops";
import { expect } from "vitest";
import { distance, floats } from "../numbers.ts";
import type { Suite } from "../suite.ts";

interface Problem {
  readonly name: string;
  readonly inputs: readonly (readonly number[])[];
  readonly fn: (...xs: Tensor[]) => Tensor;
  /** Bounds of the inputs. */
  readonly range?: readonly [low: number, high: number];
}

/** One function for each family of primitives with a gradient. */
const PROBLEMS: readonly Problem[] = [
  { name: "add, multiply, broadcasting", inputs: [[2, 3], [3]], fn: (x, y) => ops.multiply(ops.add(x, y), y) },
  { name: "divide, power", inputs: [[4], [4]], range: [0.5, 2], fn: (x, y) => ops.power(ops.divide(x, y), 1.5) },
  { name: "exp, log, sqrt", inputs: [[5]], range: [0.5, 2], fn: (x) => ops.log(ops.add(ops.exp(x), ops.sqrt(x))) },
  {
    name: "sin, cos, tanh, sigmoid",
    inputs: [[5]],
    fn: (x) => ops.multiply(ops.sin(x), ops.sigmoid(ops.tanh(ops.cos(x)))),
  },
  { name: "erf (gelu)", inputs: [[6]], fn: (x) => ops.gelu(x, { approximate: false }) },
  {
    name: "maximum, where, absolute",
    inputs: [[6], [6]],
    fn: (x, y) => ops.where(ops.greater(x, y), ops.absolute(x), ops.maximum(x, y)),
  },
  {
    name: "sum, mean, variance",
    inputs: [[3, 4]],
    fn: (x) => ops.add(ops.sum(x, 1), ops.multiply(ops.var(x, { axis: 1 }), ops.mean(x, 1))),
  },
  { name: "max, logsumexp", inputs: [[3, 4]], fn: (x) => ops.subtract(ops.logsumexp(x, 1), ops.max(x, 1)) },
  {
    name: "prod, cumsum",
    inputs: [[2, 4]],
    range: [0.5, 1.5],
    fn: (x) => ops.multiply(ops.cumsum(x, 1), ops.prod(x, { axis: 1, keepdims: true })),
  },
  {
    name: "matmul",
    inputs: [
      [3, 4],
      [4, 2],
    ],
    fn: (x, y) => ops.tanh(ops.matmul(x, y)),
  },
  {
    name: "batched matmul, transpose",
    inputs: [
      [2, 3, 4],
      [2, 3, 4],
    ],
    fn: (x, y) => ops.matmul(x, ops.transpose(y, [0, 2, 1])),
  },
  {
    name: "reshape, slice, concatenate",
    inputs: [[2, 6]],
    fn: (x) => ops.concatenate([ops.reshape(x, [3, 4]), ops.square(ops.reshape(x, [3, 4]))], 0),
  },
  {
    name: "pad, flip, broadcast",
    inputs: [[2, 3]],
    fn: (x) =>
      ops.multiply(
        ops.flip(
          ops.pad(x, [
            [1, 0],
            [0, 2],
          ]),
        ),
        2,
      ),
  },
  {
    name: "gather and scatter",
    inputs: [[5, 3]],
    fn: (x) => ops.square(ops.take(x, ops.array([4, 0, 0], { dtype: "int32" }), { axis: 0 })),
  },
  { name: "softmax, log softmax", inputs: [[3, 4]], fn: (x) => ops.multiply(ops.softmax(x), ops.logSoftmax(x)) },
  {
    name: "conv",
    inputs: [
      [1, 5, 5, 2],
      [3, 3, 2, 3],
    ],
    fn: (x, k) => ops.conv(x, k, { strides: 2, padding: "same" }),
  },
  {
    name: "depthwise conv",
    inputs: [
      [1, 5, 5, 2],
      [3, 3, 2, 2],
    ],
    fn: (x, k) => ops.depthwiseConv(x, k, { padding: "valid" }),
  },
  {
    name: "transposed conv",
    inputs: [
      [1, 3, 3, 2],
      [2, 2, 3, 2],
    ],
    fn: (x, k) => ops.convTranspose(x, k, { strides: 2 }),
  },
  { name: "max pool", inputs: [[1, 4, 4, 2]], fn: (x) => ops.maxPool(x, 2, { strides: 2 }) },
  { name: "average pool", inputs: [[1, 5, 5, 2]], fn: (x) => ops.averagePool(x, 3, { strides: 2, padding: "same" }) },
  {
    name: "layer normalization",
    inputs: [[3, 6], [6], [6]],
    fn: (x, g, b) => ops.layerNormalization(x, { gamma: g, beta: b }),
  },
  {
    name: "sort, top k",
    inputs: [[8]],
    fn: (x) => ops.multiply(ops.sort(x), ops.concatenate([ops.topK(x, 4)[0]!, ops.zeros([4])])),
  },
  {
    name: "cholesky, solve",
    inputs: [
      [3, 3],
      [3, 2],
    ],
    fn: (x, y) => ops.solve(ops.add(ops.matmul(x, ops.transpose(x)), ops.multiply(ops.eye(3), 2)), y),
  },
];

/** A scalar with every element in it, each with a weight of its own. */
function score(y: Tensor): Tensor {
  const size = y.size;
  return ops.sum(
    ops.multiply(ops.reshape(y, [size]), ops.add(ops.multiply(ops.arange(size, { dtype: "float32" }), 0.3), 1)),
  );
}

/** Derivatives against differences, eager and compiled. */
export function gradientTests(suite: Suite): void {
  PROBLEMS.forEach(({ name, inputs, fn, range: [low, high] = [-1, 1] }, n) =>
    suite.test(`${name}: gradient and difference agree, eager and compiled`, async () => {
      const hosts = inputs.map((shape, i) => floats(shape, 31 * n + i + 1, low, high));
      const directions = inputs.map((shape, i) => floats(shape, 57 * n + i + 3));
      const total = (...xs: Tensor[]): Tensor => score(fn(...xs));
      const gradients = (...xs: Tensor[]): Tensor[] => {
        const [, pullback] = ops.vjp(total, xs);
        return [...pullback(ops.ones([]))] as Tensor[];
      };
      const xs = hosts.map((h) => toTensor(h));
      const eager = await Promise.all(gradients(...xs).map((g) => g.data("float32")));
      const compiled = await Promise.all(
        ops
          .jit(gradients)(...xs)
          .map((g) => g.data("float32")),
      );
      eager.forEach((g, i) => expect(distance(compiled[i]!, g)).toBeLessThan(1e-4));
      // The slope along a direction, by a central difference.
      const h = 2e-3;
      const moved = (sign: number): Tensor[] =>
        hosts.map((x, i) => ops.add(toTensor(x), ops.multiply(toTensor(directions[i]!), sign * h)));
      const [up, down] = [await total(...moved(1)).item(), await total(...moved(-1)).item()];
      const slope = (up - down) / (2 * h);
      const along = eager.reduce((sum, g, i) => sum + g.reduce((s, v, k) => s + v * directions[i]!.values[k]!, 0), 0);
      expect(Math.abs(along - slope)).toBeLessThan(0.02 * Math.max(1, Math.abs(slope)) + (3e-6 * Math.abs(up)) / h);
    }),
  );
  suite.test("gradients of gradients: x³ at 2 is 8, 12, 12, 6", async () => {
    const cube = (x: Tensor): Tensor => ops.multiply(x, ops.multiply(x, x));
    const derivative =
      (f: (x: Tensor) => Tensor) =>
      (x: Tensor): Tensor => {
        const [, pullback] = ops.vjp(f, [x]);
        return pullback(ops.ones([]))[0]!;
      };
    let f = cube;
    const seen: number[] = [];
    for (let i = 0; i < 4; i++) {
      seen.push(await f(toTensor(2, "float32")).item());
      f = derivative(f);
    }
    expect(distance(seen, [8, 12, 12, 6])).toBeLessThan(1e-5);
  });
  suite.test("a Variable that is assigned afterwards leaves the gradient alone", async () => {
    const w = new Variable([2, 3]);
    const { value, grads } = ops.valueAndGrad(() => {
      const y = ops.sum(ops.multiply(w, [5, 7]));
      w.assign([100, 100]);
      return y;
    }, [w]);
    expect(await value.item()).toBe(31);
    expect(await grads[0]!.array()).toEqual([5, 7]);
  });
  suite.test("stopGradient lets nothing through", async () => {
    const w = new Variable([2]);
    const { grads } = ops.valueAndGrad(() => ops.sum(ops.multiply(ops.stopGradient(w), w)), [w]);
    expect(await grads[0]!.array()).toEqual([2]);
  });
}

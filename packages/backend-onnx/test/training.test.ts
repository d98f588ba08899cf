import * as ops from "@keras/ops";
import { NDArray, Variable, type Tensor } from "@keras/ops";
import "@keras/backend-ref";
import { beforeAll, describe, expect, it } from "vitest";
import { configureOnnx, onnxStatus } from "../src/index.ts";
import { generator } from "./kit.ts";

beforeAll(async () => {
  await ops.setBackend("ref");
  await ops.setBackend("onnx");
});

const numbers = (shape: readonly number[], seed: number, scale = 1): NDArray => {
  const next = generator(seed);
  return new NDArray(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => (next() * 2 - 1) * scale),
    shape,
    "float32",
  );
};

interface Problem {
  readonly weights: readonly (readonly number[])[];
  readonly x: readonly number[];
  readonly loss: (x: Tensor, weights: readonly Variable[]) => Tensor;
}

/** Losses and weights of some steps of gradient descent, compiled, on a backend. */
async function train(backend: string, { weights, x, loss }: Problem, steps = 3): Promise<number[]> {
  await ops.setBackend(backend);
  const variables = weights.map((shape, i) => new Variable(ops.toTensor(numbers(shape, i + 2, 0.5))));
  const step = ops.jit((batch: Tensor) => {
    const { value, grads } = ops.valueAndGrad(() => loss(batch, variables), variables);
    variables.forEach((v, i) => v.assignSub(ops.multiply(grads[i]!, 0.1)));
    return value;
  });
  const seen: number[] = [];
  for (let i = 0; i < steps; i++) seen.push(Number(await step(ops.toTensor(numbers(x, 100 + i))).item()));
  for (const v of variables) seen.push(...Array.from((await v.value.data()) as Float32Array));
  await ops.setBackend("onnx");
  return seen;
}

async function same(problem: Problem, tolerance = 2e-5): Promise<void> {
  const [actual, expected] = [await train("onnx", problem), await train("ref", problem)];
  expect(actual.length).toBe(expected.length);
  const worst = Math.max(...actual.map((v, i) => Math.abs(v - expected[i]!) / Math.max(1, Math.abs(expected[i]!))));
  expect(worst).toBeLessThan(tolerance);
}

const mse = (y: Tensor): Tensor => ops.mean(ops.square(ops.subtract(y, 0.5)));

describe("compiled training steps agree with the reference backend", () => {
  it("dense layers with relu", () =>
    same({
      weights: [[6, 40], [40], [40, 3], [3]],
      x: [20, 6],
      loss: (x, [w, b, v, c]) => mse(ops.add(ops.matmul(ops.relu(ops.add(ops.matmul(x, w!), b!)), v!), c!)),
    }));
  it("convolution, relu, max pooling", () =>
    same({
      weights: [[3, 3, 2, 4], [4], [3, 3, 4, 3], [27, 2]],
      x: [2, 12, 12, 2],
      loss: (x, [k, b, k2, w]) => {
        let h = ops.maxPool(ops.relu(ops.add(ops.conv(x, k!, { padding: "same" }), b!)), 2, { strides: 2 });
        h = ops.maxPool(ops.relu(ops.conv(h, k2!, { padding: "same" })), 2, { strides: 2 });
        return mse(ops.matmul(ops.reshape(h, [2, 27]), w!));
      },
    }));
  it("attention with softmax, layer normalization, gelu", () =>
    same({
      weights: [[8, 8], [8, 8], [8, 8], [8], [8, 16], [16, 8]],
      x: [2, 5, 8],
      loss: (x, [q, k, v, gamma, up, down]) => {
        const heads = (t: Tensor): Tensor => ops.transpose(ops.reshape(t, [2, 5, 2, 4]), [0, 2, 1, 3]);
        const [a, b, c] = [q!, k!, v!].map((w) => heads(ops.matmul(x, w)));
        const weights = ops.softmax(ops.multiply(ops.matmul(a!, ops.transpose(b!, [0, 1, 3, 2])), 0.5));
        const attended = ops.reshape(ops.transpose(ops.matmul(weights, c!), [0, 2, 1, 3]), [2, 5, 8]);
        const centered = ops.subtract(attended, ops.mean(attended, { axis: -1, keepdims: true }));
        const variance = ops.mean(ops.square(centered), { axis: -1, keepdims: true });
        const normal = ops.multiply(ops.multiply(centered, ops.rsqrt(ops.add(variance, 1e-3))), gamma!);
        return mse(ops.matmul(ops.gelu(ops.matmul(ops.add(x, normal), up!)), down!));
      },
    }));
});

describe("recurrences", () => {
  const cell = (h: Tensor, c: Tensor, x: Tensor, [k, r, b]: readonly Variable[]): [Tensor, Tensor] => {
    const z = ops.add(ops.add(ops.matmul(x, k!), ops.matmul(h, r!)), b!);
    const [i, f, g, o] = ops.split(z, 4, { axis: -1 }) as [Tensor, Tensor, Tensor, Tensor];
    const next = ops.add(ops.multiply(ops.sigmoid(f), c), ops.multiply(ops.sigmoid(i), ops.tanh(g)));
    return [ops.multiply(ops.sigmoid(o), ops.tanh(next)), next];
  };
  const lstm = (length: number, pick: (last: Tensor, all: Tensor) => Tensor, reverse = false): Problem => ({
    weights: [[3, 16], [4, 16], [16], [4, 2]],
    x: [length, 5, 3],
    loss: (x, weights) => {
      const zero = ops.zeros([5, 4]);
      const [[last], all] = ops.scan(
        ([h, c]: [Tensor, Tensor], x: Tensor) => {
          const [h2, c2] = cell(h, c, x, weights);
          return [[h2, c2] as [Tensor, Tensor], h2] as const;
        },
        [zero, zero] as [Tensor, Tensor],
        x,
        { reverse },
      );
      return mse(ops.matmul(pick(last, all), weights[3]!));
    },
  });
  it("the last state", () => same(lstm(7, (last) => last)));
  it("all states", () => same(lstm(6, (_, all) => all)));
  it("backwards", () => same(lstm(6, (last, all) => ops.add(all, last), true)));
  it("one step", () => same(lstm(1, (last) => last)));
  it("a sequence too long to unroll", () =>
    same(
      lstm(700, (_, all) => ops.mean(all, { axis: 0 })),
      2e-4,
    ));
  it("gradients flow to the sequence and the first state", () =>
    same({
      weights: [
        [3, 3],
        [5, 3],
        [4, 3],
      ],
      x: [4, 5, 3],
      loss: (x, [r, h0, w]) => {
        const xs = ops.multiply(x, ops.expandDims(ops.expandDims(ops.sum(w!, { axis: 0 }), 0), 0));
        const [last, all] = ops.scan(
          (h: Tensor, x: Tensor) => {
            const next = ops.tanh(ops.add(ops.matmul(h, r!), x));
            return [next, ops.multiply(next, ops.exp(x))] as const;
          },
          ops.multiply(h0!, 1),
          xs,
        );
        return ops.add(mse(last), mse(all));
      },
    }));
  it("weights accumulate in every way a body can use them", () =>
    same({
      weights: [[4, 4], [4], [], [5, 4], [4, 4]],
      x: [6, 5, 4],
      loss: (x, [w, b, s, m, u]) => {
        const [last, all] = ops.scan(
          (h: Tensor, x: Tensor) => {
            const gate = ops.sigmoid(ops.add(ops.matmul(x, u!), b!));
            const next = ops.add(
              ops.multiply(ops.multiply(h, gate), s!),
              ops.sum(ops.matmul(ops.transpose(ops.multiply(x, m!)), ops.matmul(h, w!)), { axis: 0 }),
            );
            return [next, ops.sum(next)] as const;
          },
          ops.zeros([5, 4]),
          x,
        );
        return ops.add(mse(last), ops.mean(all));
      },
    }));
});

describe("in the background", () => {
  it("the same numbers, while the event loop runs on", async () => {
    configureOnnx({ background: true });
    try {
      await same({
        weights: [
          [6, 40],
          [40, 3],
        ],
        x: [20, 6],
        loss: (x, [w, v]) => mse(ops.matmul(ops.tanh(ops.matmul(x, w!)), v!)),
      });
    } finally {
      configureOnnx({ background: false });
    }
  });
});

it("runs natively where koffi is installed", () => {
  expect(onnxStatus().runtime).toBe("onnxruntime-node (C API)");
});

describe("graphs that need the host", () => {
  it("are cut there, and stay synchronous", async () => {
    const step = ops.jit((x: Tensor, key: Tensor) => {
      const bits: Tensor = ops.random.uniform([64, 100], { seed: key as never });
      const kept = ops.where(ops.less(bits, 0.5), ops.exp(x), 0);
      return [kept, ops.det(ops.matmul(ops.transpose(kept), kept)), x] as const;
    });
    const x = ops.toTensor(numbers([64, 100], 1, 0.1));
    const [kept, _det, same] = step(x, ops.toTensor(new NDArray(Uint32Array.of(1, 2), [2], "uint32")));
    const values = kept.dataSync() as Float32Array;
    const zeros = values.filter((v) => v === 0).length;
    expect(zeros).toBeGreaterThan(2800);
    expect(zeros).toBeLessThan(3600);
    expect(Array.from(same.dataSync("float32"))).toEqual(Array.from(x.dataSync("float32")));
  });
  it("may need it inside of loops and branches", async () => {
    const values = (x: Tensor): Tensor => ops.svd(x, { computeUv: false }) as unknown as Tensor;
    const branch = ops.jit((x: Tensor) =>
      ops.cond(
        ops.greater(ops.sum(x), 0),
        () => values(x),
        () => ops.zeros([2]),
      ),
    );
    expect(
      await branch(
        ops.array([
          [3, 0],
          [0, 2],
        ]),
      ).array(),
    ).toEqual([3, 2]);
    expect(
      await branch(
        ops.array([
          [-3, 0],
          [0, 2],
        ]),
      ).array(),
    ).toEqual([0, 0]);
    const loop = ops.jit(
      (xs: Tensor) => ops.scan((c: Tensor, x: Tensor) => [ops.add(c, values(x)), c], ops.zeros([2]), xs)[0],
    );
    expect(
      await loop(
        ops.array([
          [
            [3, 0],
            [0, 2],
          ],
          [
            [1, 0],
            [0, 5],
          ],
        ]),
      ).array(),
    ).toEqual([8, 3]);
  });
  it("give the same random numbers as the reference backend", async () => {
    const draw = async (backend: string): Promise<number[]> => {
      await ops.setBackend(backend);
      const x = ops.random.uniform([9000], { seed: 7 });
      const values = Array.from((await x.data()) as Float32Array);
      await ops.setBackend("onnx");
      return values;
    };
    expect(await draw("onnx")).toEqual(await draw("ref"));
  });
});

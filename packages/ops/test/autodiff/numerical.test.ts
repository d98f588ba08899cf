// Gradients against central differences in float64 on the reference engine, and against that engine on ONNX Runtime: convolution and pooling
// of any configuration, indexing, order, factorizations, transforms, control flow with everything it may use.
import "../core/backend.ts";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import * as ops from "@keras/ops";
import { multiply, square, sum, vjp, type DType, type Tensor } from "@keras/ops";
import { flat, numbers, tensor } from "../numpy/support.ts";

type Fn = (...xs: Tensor[]) => Tensor | readonly Tensor[];

afterEach(() => ops.enable64Bit(false));

function loss(fn: Fn, dtype: DType): (...xs: Tensor[]) => Tensor {
  return (...xs) => {
    const result = fn(...xs);
    const parts = (Array.isArray(result) ? (result as readonly Tensor[]) : [result as Tensor]).map((y, k) =>
      sum(multiply(y, tensor(numbers(y.shape, -1, 1, k + 5), y.shape, dtype))),
    );
    return parts.reduce((a, b) => a.add(b));
  };
}

function gradients(fn: Fn, xs: readonly Tensor[], dtype: DType): Tensor[] {
  const [, pullback] = vjp(loss(fn, dtype), xs);
  return pullback(ops.ones([], { dtype }));
}

/** Checks the gradients of `fn` at operands of these shapes, filled with distinct numbers between 0.1 and 1.9. */
async function check(fn: Fn, shapes: readonly (readonly number[])[], onnx = true): Promise<void> {
  const at = (dtype: DType): Tensor[] => shapes.map((s, i) => tensor(numbers(s, 0.1, 1.9, i + 2), s, dtype));
  await ops.setBackend("ref");
  ops.enable64Bit(true);
  const xs = at("float64");
  const value = loss(fn, "float64");
  const exact = await Promise.all(gradients(fn, xs, "float64").map(flat));
  const compiled = await Promise.all(
    ops
      .jit((...ys: Tensor[]) => gradients(fn, ys, "float64"))(...xs)
      .map(flat),
  );
  for (const [k, x] of xs.entries()) {
    const center = await flat(x);
    for (let i = 0; i < center.length; i++) {
      const [up, down] = [1e-5, -1e-5].map((by) =>
        value(...xs.map((y, j) => (j === k ? tensor(center.with(i, center[i]! + by), x.shape, "float64") : y))),
      );
      const slope = ((await up!.item()) - (await down!.item())) / 2e-5;
      expect(exact[k]![i], `operand ${k}, element ${i}`).toBeCloseTo(slope, 5);
      expect(compiled[k]![i], `compiled, operand ${k}, element ${i}`).toBeCloseTo(exact[k]![i]!, 9);
    }
  }
  ops.enable64Bit(false);
  if (!onnx) return;
  await ops.setBackend("onnx");
  const found = await Promise.all(
    ops
      .jit((...ys: Tensor[]) => gradients(fn, ys, "float32"))(...at("float32"))
      .map(flat),
  );
  found.forEach((g, k) => {
    const scale = Math.max(1, ...exact[k]!.map(Math.abs));
    g.forEach((v, i) => expect(v / scale, `onnx, operand ${k}, element ${i}`).toBeCloseTo(exact[k]![i]! / scale, 3));
  });
}

describe("convolution", () => {
  const configuration = fc
    .record({
      axes: fc.integer({ min: 1, max: 3 }),
      groups: fc.integer({ min: 1, max: 2 }),
      strides: fc.integer({ min: 1, max: 3 }),
      dilationRate: fc.integer({ min: 1, max: 2 }),
      padding: fc.constantFrom("valid" as const, "same" as const),
      first: fc.boolean(),
      kernel: fc.integer({ min: 1, max: 3 }),
    })
    // Engines and Keras alike take a stride or a dilation, not both.
    .map((c) => (c.strides > 1 ? { ...c, dilationRate: 1 } : c));

  it("of any stride, dilation, grouping, padding and layout", async () => {
    await fc.assert(
      fc.asyncProperty(configuration, async ({ axes, groups, strides, dilationRate, padding, first, kernel }) => {
        const spatial = Array.from({ length: axes }, (_, i) => (axes === 3 ? 4 : 6) - (i % 2 && kernel < 3 ? 1 : 0));
        const reach = (kernel - 1) * dilationRate + 1;
        fc.pre(spatial.every((n) => n >= reach));
        const channels = 2;
        const dataFormat = first ? "channels_first" : "channels_last";
        const x = first ? [1, channels, ...spatial] : [1, ...spatial, channels];
        const k = [...spatial.map(() => kernel), channels / groups, 2];
        await check((a, b) => ops.conv(a!, b!, { strides, dilationRate, padding, dataFormat }), [x, k]);
      }),
      { numRuns: 14, seed: 11 },
    );
  }, 240_000);

  it("depthwise, separable and transposed", async () => {
    await check(
      (x, k) => ops.depthwiseConv(x!, k!, { strides: 2, padding: "same" }),
      [
        [1, 5, 5, 2],
        [3, 3, 2, 2],
      ],
    );
    await check(
      (x, d, p) => ops.separableConv(x!, d!, p!, { dilationRate: 2 }),
      [
        [1, 6, 2],
        [2, 2, 2],
        [1, 4, 3],
      ],
    );
    await check(
      (x, k) => ops.convTranspose(x!, k!, { strides: 2, padding: "same" }),
      [
        [1, 4, 2],
        [3, 3, 2],
      ],
    );
    await check(
      (x, k) => ops.convTranspose(x!, k!, { dilationRate: 2 }),
      [
        [1, 3, 3, 1],
        [2, 2, 2, 1],
      ],
    );
  });
});

describe("pooling", () => {
  const configuration = fc.record({
    axes: fc.integer({ min: 1, max: 2 }),
    window: fc.integer({ min: 1, max: 3 }),
    strides: fc.integer({ min: 1, max: 3 }),
    padding: fc.constantFrom("valid" as const, "same" as const),
    pool: fc.constantFrom(ops.maxPool, ops.averagePool),
  });

  it("of any window, stride and padding", async () => {
    await fc.assert(
      fc.asyncProperty(configuration, async ({ axes, window, strides, padding, pool }) => {
        const shape = [2, ...Array.from({ length: axes }, () => 5), 1];
        await check((x) => pool(x!, window, { strides, padding }), [shape]);
      }),
      { numRuns: 12, seed: 5 },
    );
  }, 240_000);

  it("to a given size", async () => {
    await check((x) => ops.adaptiveAveragePool(x!, [3, 2]), [[1, 5, 4, 2]]);
    await check((x) => ops.adaptiveMaxPool(x!, [3, 2]), [[1, 5, 4, 2]]);
  });
});

const pd = (x: Tensor): Tensor => {
  const a = ops.add(x, multiply(ops.eye(x.shape.at(-1)!, null, { dtype: x.dtype }), 2));
  return ops.matmul(a, ops.swapaxes(a, -1, -2));
};

describe.each<[string, Fn, readonly (readonly number[])[]]>([
  ["sort along an axis", (x) => ops.sort(x!, { axis: 0 }), [[4, 3]]],
  ["topK", (x) => ops.topK(x!, 2)[0], [[2, 5]]],
  ["median", (x) => ops.median(x!, 1), [[2, 5]]],
  ["extremes", (x) => [ops.max(x!, 0), ops.min(x!, 1)], [[3, 4]]],
  ["cumulative product", (x) => ops.cumprod(x!, 1), [[2, 4]]],
  [
    "gather with repeated indices",
    (x) =>
      ops.take(
        x!,
        [
          [0, 2],
          [2, -1],
        ],
        1,
      ),
    [[2, 4]],
  ],
  [
    "takeAlongAxis",
    (x) =>
      ops.takeAlongAxis(
        x!,
        [
          [0, 0, 1],
          [2, 1, 1],
        ],
        1,
      ),
    [[2, 3]],
  ],
  ["scatter", (u) => ops.scatter([[1], [3], [1]], u!, [5, 2]), [[3, 2]]],
  [
    "scatterUpdate",
    (x, u) => ops.scatterUpdate(x!, [[0], [2], [0]], u!),
    [
      [3, 2],
      [3, 2],
    ],
  ],
  ...(["add", "mul", "min", "max"] as const).map((reduction): [string, Fn, readonly (readonly number[])[]] => [
    `scatterUpdate with ${reduction}`,
    (x, u) => ops.scatterUpdate(x!, [[0], [2], [0]], u!, { reduction }),
    [
      [3, 2],
      [3, 2],
    ],
  ]),
  ["slices at given places", (x) => ops.slice(x!, ops.array([1, 0], { dtype: "int32" }), [2, 2]), [[4, 3]]],
  [
    "updates at given places",
    (x, u) => ops.sliceUpdate(x!, ops.array([1, 1], { dtype: "int32" }), u!),
    [
      [4, 3],
      [2, 2],
    ],
  ],
  ["segments", (x) => ops.segmentSum(x!, [0, 2, 0, 1], { numSegments: 3 }), [[4, 2]]],
  ["cholesky of a batch", (x) => ops.cholesky(pd(x!)), [[2, 3, 3]]],
  ["inverse and determinant", (x) => [ops.inv(pd(x!)), ops.det(pd(x!))], [[2, 3, 3]]],
  [
    "solve",
    (a, b) => ops.solve(pd(a!), b!),
    [
      [2, 3, 3],
      [2, 3, 2],
    ],
  ],
  [
    "triangular solve",
    (a, b) => ops.solveTriangular(pd(a!), b!, { lower: true }),
    [
      [3, 3],
      [3, 2],
    ],
  ],
  ["qr", (x) => ops.qr(x!), [[4, 3]]],
  ["symmetric eigenvalues and vectors", (x) => ops.eigh(pd(x!)).map(square), [[3, 3]]],
  ["svd", (x) => (ops.svd(x!, { fullMatrices: false }) as readonly Tensor[]).map(square), [[4, 3]]],
  [
    "least squares",
    (a, b) => ops.lstsq(a!, b!),
    [
      [4, 2],
      [4, 1],
    ],
  ],
  ["lu", (x) => (ops.luFactor(pd(x!)) as readonly Tensor[])[0]!, [[3, 3]]],
  ["fft", (re, im) => ops.fft([re!, im!]), [[5], [5]]],
  [
    "fft2",
    (re, im) => ops.fft2([re!, im!]),
    [
      [3, 4],
      [3, 4],
    ],
  ],
  [
    "ifft2",
    (re, im) => ops.ifft2([re!, im!]),
    [
      [3, 4],
      [3, 4],
    ],
  ],
  ["rfft of an odd length", (x) => ops.rfft(x!), [[2, 5]]],
  ["irfft", (re, im) => ops.irfft([re!, im!]), [[4], [4]]],
  ["stft", (x) => ops.stft(x!, 4, 2, 4), [[10]]],
  [
    "einsum",
    (a, b, c) => ops.einsum("ij,jk,kl->il", a!, b!, c!),
    [
      [2, 3],
      [3, 2],
      [2, 4],
    ],
  ],
])("%s", (_, fn, shapes) => {
  it("has the gradient that it should", async () => check(fn, shapes));
});

describe("control flow", () => {
  it("scan, with sequences, carries and constants, in both directions", async () => {
    for (const reverse of [false, true]) {
      await check(
        (c, s, w) => {
          const [end, ys] = ops.scan(
            (h: Tensor, x: Tensor) => {
              const next = ops.tanh(ops.add(multiply(h, w!), sum(x)));
              return [next, multiply(next, x)] as const;
            },
            c!,
            s!,
            { reverse },
          );
          return [end, ys];
        },
        [[2], [4, 2], [2]],
      );
    }
  });

  it("scan within scan", async () => {
    await check(
      (c, s) =>
        ops.scan(
          (h: Tensor, row: Tensor) => {
            const inner = ops.scan((g: Tensor, v: Tensor) => [multiply(g, ops.sin(v)), null] as const, h, row)[0];
            return [ops.add(inner, h), inner] as const;
          },
          c!,
          s!,
        )[1],
      [[], [3, 2]],
    );
  });

  it("cond, also where both branches use one value", async () => {
    for (const threshold of [-100, 100]) {
      await check(
        (x, y) =>
          ops.cond(
            ops.greater(sum(x!), threshold),
            () => [multiply(x!, y!), square(y!)],
            () => [ops.sin(y!), multiply(y!, 3)],
          ),
        [[3], [3]],
      );
    }
  });

  it("bounded loops, stopped early or by the bound", async () => {
    for (const maximumIterations of [2, 9]) {
      await check(
        (x, w) =>
          ops.whileLoop(
            (v: Tensor) => ops.less(sum(v), 30),
            (v: Tensor) => ops.add(multiply(v, w!), 0.5),
            ops.add(x!, 1),
            { maximumIterations },
          ),
        [[3], [3]],
      );
    }
    await check(
      (x) => ops.foriLoop(0, 3, (i, v: Tensor) => multiply(v, ops.add(x!, ops.cast(i, x!.dtype))), x!),
      [[2]],
    );
  });

  it("map, vmap, associativeScan, switch", async () => {
    await check((x, w) => ops.map((v: Tensor) => multiply(ops.exp(v), w!), x!), [[3, 2], [2]]);
    await check((x, w) => ops.vectorizedMap((v: Tensor) => multiply(ops.exp(v), w!), x!), [[3, 2], [2]]);
    await check((x) => ops.associativeScan((a: Tensor, b: Tensor) => ops.matmul(a, b), x!), [[5, 2, 2]]);
    await check((x) => ops.switch(1, [(v: Tensor) => v, (v: Tensor) => square(v)], [x!]), [[3]]);
  });
});

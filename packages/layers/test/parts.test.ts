import "@keras/backend-ref";
import {
  constraints,
  Dense,
  Dropout,
  Embedding,
  GlobalAveragePooling1D,
  initializers,
  MultiHeadAttention,
  regularizers,
} from "@keras/layers";
import { array, matmul, ones, random, setBackend, transpose, type Tensor } from "@keras/ops";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(() => setBackend("ref"));

const numbers = async (x: Tensor): Promise<number[]> => Array.from((await x.data()) as Float32Array);

describe("initializers", () => {
  it("are found by name, class, function, values and config", async () => {
    expect(initializers.get("he_normal")).toBeInstanceOf(initializers.HeNormal);
    expect(initializers.get(initializers.Ones)).toBeInstanceOf(initializers.Ones);
    expect(await numbers(initializers.get((shape) => new Array<number>(shape[0]!).fill(7))!.apply([2]))).toEqual([
      7, 7,
    ]);
    expect(await numbers(initializers.get(array([1, 2]))!.apply([2]))).toEqual([1, 2]);
    expect(() => initializers.get(array([1, 2]))!.apply([3])).toThrow(/have shape \[2\], but the weight has \[3\]/);
    const config = initializers.serialize(new initializers.Constant({ value: 3 })) as never;
    expect(await numbers(initializers.get(config)!.apply([1]))).toEqual([3]);
    expect(initializers.get(null)).toBe(null);
    expect(() => initializers.get(5 as never)).toThrow(/cannot make an initializer of 5/);
  });

  it("give equal values for equal shapes and seeds, and others without a seed", async () => {
    const init = new initializers.GlorotUniform({ seed: 1 });
    expect(await numbers(init.apply([3]))).toEqual(await numbers(init.apply([3])));
    expect(await numbers(new initializers.GlorotUniform().apply([3]))).not.toEqual(
      await numbers(new initializers.GlorotUniform().apply([3])),
    );
    const moving = new initializers.RandomNormal({ seed: new random.SeedGenerator({ seed: 1 }) });
    expect(await numbers(moving.apply([3]))).not.toEqual(await numbers(moving.apply([3])));
    expect(() => new initializers.RandomNormal({ seed: "x" as never })).toThrow(/a seed is an integer/);
  });

  it("make orthonormal columns, or rows where these are fewer", async () => {
    for (const [rows, cols] of [
      [4, 2],
      [2, 4],
    ] as const) {
      const q = new initializers.Orthogonal({ seed: 1 }).apply([rows, cols]);
      const product = await numbers(rows > cols ? matmul(transpose(q), q) : matmul(q, transpose(q)));
      [1, 0, 0, 1].forEach((v, i) => expect(product[i]).toBeCloseTo(v, 5));
    }
    expect(() => new initializers.Orthogonal().apply([3])).toThrow(/at least two axes/);
    expect(() => new initializers.Identity().apply([3])).toThrow(/makes matrices/);
    expect(() => new initializers.VarianceScaling({ scale: 0 })).toThrow(/scale must be positive/);
    expect(() => new initializers.VarianceScaling({ mode: "fan" as never })).toThrow(/mode must be one of/);
  });
});

describe("regularizers and constraints", () => {
  it("refuse factors that are none", () => {
    expect(() => new regularizers.L2({ l2: -1 })).toThrow(/l2 must be a finite number that is not negative/);
    expect(() => new regularizers.OrthogonalRegularizer({ mode: "both" as never })).toThrow(/'rows' or 'columns'/);
  });

  it("take functions, and act on a layer's weights", async () => {
    const dense = new Dense({
      units: 1,
      kernelInitializer: "ones",
      kernelRegularizer: (w) => w.multiply(3).getItem(0, 0),
      kernelConstraint: new constraints.MaxNorm({ maxValue: 1 }),
    });
    dense.build([null, 2]);
    expect(await dense.losses[0]!.item()).toBe(3);
    const kept = await numbers(dense.kernel.constraint!(dense.kernel.value));
    kept.forEach((v) => expect(v).toBeCloseTo(Math.SQRT1_2, 5));
  });
});

describe("layers", () => {
  it("begin with given vectors", async () => {
    const layer = new Embedding({
      inputDim: 2,
      outputDim: 2,
      weights: [
        [
          [1, 2],
          [3, 4],
        ],
      ] as never,
    });
    expect(await numbers(layer.apply(array([1], { dtype: "int32" })))).toEqual([3, 4]);
  });

  it("average over the steps that count", async () => {
    const y = new GlobalAveragePooling1D().apply(array([[[1], [3], [100]]]), { mask: array([[true, true, false]]) });
    expect(await numbers(y)).toEqual([2]);
  });

  it("look only where they may", async () => {
    const layer = new MultiHeadAttention({ numHeads: 1, keyDim: 2 });
    const x = random.normal([1, 3, 4], { seed: 1 });
    const [, scores] = layer.apply(x, x, { useCausalMask: true, returnAttentionScores: true }) as unknown as readonly [
      Tensor,
      Tensor,
    ];
    const rows = (await scores.array<4>())[0]![0]!;
    rows.forEach((row, i) => {
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      expect(row.slice(i + 1).every((v) => v === 0)).toBe(true);
    });
    expect(() => new MultiHeadAttention({ numHeads: 0, keyDim: 2 })).toThrow(/numHeads must be a positive integer/);
    expect(() => new Dropout({ rate: 2 })).toThrow(/rate must lie in \[0, 1\]/);
    expect(() =>
      new MultiHeadAttention({ numHeads: 1, keyDim: 2 }).apply(ones([1, 2, 3]), ones([1, 2, 3]), {
        key: ones([1, 4, 3]),
      }),
    ).toThrow(/must have one shape but for the last axis/);
  });
});

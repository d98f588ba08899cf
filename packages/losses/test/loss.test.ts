import "@keras/backend-ref";
import { array, ArgumentError, getMask, jit, setMask, type Tensor } from "@keras/ops";
import { expect, test } from "vitest";
import * as losses from "../src/index.ts";

const yTrue = [
  [1, 2],
  [3, 4],
];
const yPred = [
  [2, 2],
  [3, 8],
]; // losses 0.5 and 8

const value = (loss: losses.Loss, options?: losses.LossApplyOptions): Promise<unknown> =>
  loss.apply(yTrue, yPred, options).array();

test("reductions", async () => {
  const of = (reduction: losses.Reduction): losses.Loss => new losses.MeanSquaredError({ reduction });
  expect(await value(of("sum_over_batch_size"))).toBe(4.25);
  expect(await value(of("mean"))).toBe(4.25);
  expect(await value(of("sum"))).toBe(8.5);
  expect(await value(of("none"))).toEqual([0.5, 8]);
  expect(await value(of(null))).toEqual([0.5, 8]);
  expect(await value(of("mean_with_sample_weight"), { sampleWeight: [1, 3] })).toBe(24.5 / 4);
  expect(await value(of("sum_over_batch_size"), { sampleWeight: [1, 3] })).toBe(24.5 / 2);
  expect(() => of("average" as never)).toThrow(ArgumentError);
});

test("weights that sum to 0 and empty batches give 0, not NaN", async () => {
  expect(
    await value(new losses.MeanSquaredError({ reduction: "mean_with_sample_weight" }), { sampleWeight: [0, 0] }),
  ).toBe(0);
});

test("what the predictions' mask hides does not count", async () => {
  const masked = array(yPred);
  setMask(masked, array([true, false]));
  const loss = new losses.MeanSquaredError();
  expect(await loss.apply(yTrue, masked).item()).toBe(0.5);
  expect(await loss.apply(yTrue, masked, { sampleWeight: [2, 5] }).item()).toBe(1);
  expect(await new losses.MeanSquaredError({ reduction: "sum" }).apply(yTrue, masked).item()).toBe(0.5);
  expect(getMask(masked)).not.toBeNull();
  setMask(masked, array([false, false]));
  expect(await loss.apply(yTrue, masked).item()).toBe(0);
});

test("an ignored class does not count", async () => {
  const loss = new losses.SparseCategoricalCrossentropy({ ignoreClass: -1, fromLogits: true });
  expect(
    await loss
      .apply(
        [0, -1],
        [
          [0, 0],
          [5, 1],
        ],
      )
      .item(),
  ).toBeCloseTo(Math.LN2, 6);
});

test("a loss is computed in its dtype", () => {
  expect(new losses.MeanSquaredError({ dtype: "bfloat16" }).apply(yTrue, yPred).dtype).toBe("bfloat16");
  expect(new losses.MeanSquaredError({ dtype: "mixed_float16" }).apply(yTrue, yPred).dtype).toBe("float16");
});

test("under jit a loss is the same", async () => {
  for (const loss of [
    new losses.SparseCategoricalCrossentropy(),
    new losses.SparseCategoricalCrossentropy({ ignoreClass: 0 }),
  ]) {
    const x: Tensor = array([
      [0.2, 0.8],
      [0.6, 0.4],
    ]);
    const t = array([0, 1], { dtype: "int32" });
    expect(await jit((a: Tensor, b: Tensor) => loss.apply(a, b))(t, x).item()).toBeCloseTo(
      (await loss.apply(t, x).item()) as number,
      6,
    );
  }
});

test("options out of range are refused", () => {
  expect(() => new losses.CategoricalCrossentropy({ labelSmoothing: 2 })).toThrow(
    "labelSmoothing must lie in [0, 1], got 2",
  );
  expect(() => new losses.CategoricalGeneralizedCrossEntropy({ q: 1 })).toThrow(ArgumentError);
  expect(() => losses.ctc([1, 2], [[1, 2]])).toThrow("targets must be [batch, n] labels, got shape [2]");
});

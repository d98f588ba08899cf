import "@keras/backend-ref";
import { add, array, ArgumentError, jit, setMask, toTensor, type Tensor, type TensorLike } from "@keras/ops";
import { expect, test } from "vitest";
import * as metrics from "../src/index.ts";

class Largest extends metrics.Metric {
  static override readonly className: string = "Largest";
  readonly total = this.addVariable([], "ones", { name: "total" });
  readonly inner = new metrics.Sum();
  override updateState(values: TensorLike): void {
    this.total.assign(add(this.total, 1));
    this.inner.updateState(values);
  }
  override result(): Tensor {
    return this.inner.result();
  }
}

test("a metric holds its state and that of metrics it holds", async () => {
  const metric = new Largest({ name: "mine" });
  expect(metric.variables.map((v) => v.path)).toEqual(["mine/total", "sum/total"]);
  expect(await metric.apply([1, 2]).item()).toBe(3);
  expect(await metric.variables[0]!.value.item()).toBe(2);
  metric.resetState();
  expect(await metric.result().item()).toBe(0);
});

test("stateless updates leave the metric as it is", async () => {
  const metric = new metrics.Mean();
  const state = metric.statelessUpdateState([array(10), array(2)], [4, 4]);
  expect(await Promise.all(state.map((s) => s.item()))).toEqual([18, 4]);
  expect(await metric.statelessResult(state).item()).toBe(4.5);
  expect(await metric.result().item()).toBe(0);
  expect(await Promise.all(metric.statelessResetState().map((s) => s.item()))).toEqual([0, 0]);
  expect(() => metric.statelessResult([1])).toThrow(ArgumentError);
});

test("a mean leaves out what is masked", async () => {
  const p = array([[1], [0]]);
  setMask(p, array([true, false]));
  const metric = new metrics.MeanAbsoluteError();
  metric.updateState([[2], [9]], p);
  expect(await metric.result().item()).toBe(1);
});

/** One of every metric, and a batch for it. */
const binary = [array([[1], [0], [1], [0]]), array([[0.9], [0.4], [0.3], [0.6]])] as const;
const classes = [
  array([
    [0, 1, 0],
    [1, 0, 0],
  ]),
  array([
    [0.2, 0.7, 0.1],
    [0.1, 0.6, 0.3],
  ]),
] as const;
const sparse = [array([1, 0], { dtype: "int32" }), classes[1]] as const;
const labels = [array([0, 1, 1, 0], { dtype: "int32" }), array([0, 1, 0, 0], { dtype: "int32" })] as const;
const all: readonly (readonly [() => metrics.Metric, readonly Tensor[]])[] = [
  [() => new metrics.Mean(), [binary[1]]],
  [() => new metrics.Sum(), [binary[1]]],
  [() => new metrics.Accuracy(), labels],
  [() => new metrics.BinaryAccuracy(), binary],
  [() => new metrics.CategoricalAccuracy(), classes],
  [() => new metrics.SparseCategoricalAccuracy(), sparse],
  [() => new metrics.TopKCategoricalAccuracy({ k: 2 }), classes],
  [() => new metrics.SparseTopKCategoricalAccuracy({ k: 2 }), sparse],
  [() => new metrics.AUC(), binary],
  [() => new metrics.AUC({ curve: "PR", summationMethod: "minoring", thresholds: [0.2, 0.5] }), binary],
  [() => new metrics.AUC({ multiLabel: true, numLabels: 3 }), classes],
  [() => new metrics.Precision({ thresholds: [0.3, 0.7] }), binary],
  [() => new metrics.Recall({ topK: 2 }), classes],
  [() => new metrics.TruePositives(), binary],
  [() => new metrics.FalseNegatives({ thresholds: [0, 0.5, 1] }), binary],
  [() => new metrics.SensitivityAtSpecificity({ specificity: 0.4 }), binary],
  [() => new metrics.RootMeanSquaredError(), binary],
  [() => new metrics.SparseCategoricalCrossentropy(), sparse],
  [() => new metrics.F1Score({ average: "macro" }), classes],
  [() => new metrics.R2Score({ numRegressors: 1 }), binary],
  [() => new metrics.MeanIoU({ numClasses: 2 }), labels],
  [() => new metrics.PearsonCorrelation(), classes],
  [() => new metrics.ConcordanceCorrelation(), classes],
];

test.each(all.map(([make, batch]) => [make().name, make, batch] as const))(
  "%s: a jitted update gives what an eager one gives",
  async (_, make, batch) => {
    const [eager, jitted] = [make(), make()];
    // State that depends on the first batch is made outside of traces.
    const step = jit((...xs: Tensor[]) => {
      jitted.updateState(...xs);
      return jitted.result() as Tensor;
    });
    let [a, b] = [toTensor(0), toTensor(0)];
    for (let i = 0; i < 2; i++) {
      eager.updateState(...batch);
      a = eager.result() as Tensor;
      b = step(...batch);
    }
    const [x, y] = await Promise.all([a.data(), b.data()]);
    expect(x.length).toBeGreaterThan(0);
    Array.from(x as Float32Array).forEach((v, i) => {
      expect(Number.isFinite(v)).toBe(true);
      expect(Number(y[i])).toBeCloseTo(v, 5);
    });
    expect(await Promise.all(jitted.variables.map((v) => v.value.array()))).toEqual(
      await Promise.all(eager.variables.map((v) => v.value.array())),
    );
  },
);

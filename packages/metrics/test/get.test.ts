import "@keras/backend-ref";
import { meanAbsoluteError } from "@keras/losses";
import { NotFoundError } from "@keras/ops";
import { expect, test } from "vitest";
import * as metrics from "../src/index.ts";

test("every name gives an object", () => {
  expect(metrics.get("mse")).toBeInstanceOf(metrics.MeanSquaredError);
  expect(metrics.get("sparse_categorical_accuracy")).toBeInstanceOf(metrics.SparseCategoricalAccuracy);
  expect(metrics.get("AUC")).toBeInstanceOf(metrics.AUC);
  expect(metrics.get("top_k_categorical_accuracy")).toBeInstanceOf(metrics.TopKCategoricalAccuracy);
  expect(metrics.get(metrics.Recall)).toBeInstanceOf(metrics.Recall);
  expect(metrics.get(null)).toBeNull();
});

test("an unknown name says what may have been meant", () => {
  expect(() => metrics.get("precison" as never)).toThrow(NotFoundError);
  expect(() => metrics.get("precison" as never)).toThrow("did you mean 'precision'");
});

test("objects come back from their configs", () => {
  const made: readonly metrics.Metric[] = [
    new metrics.AUC({ numThresholds: 7, curve: "PR", labelWeights: null }),
    new metrics.Precision({ thresholds: [0.2, 0.6], classId: 1 }),
    new metrics.IoU({ numClasses: 3, targetClassIds: [0, 2], sparseYTrue: false }),
    new metrics.OneHotMeanIoU({ numClasses: 3 }),
    new metrics.F1Score({ average: "micro" }),
    new metrics.RecallAtPrecision({ precision: 0.8, numThresholds: 9 }),
    new metrics.SparseTopKCategoricalAccuracy({ k: 3, fromSortedIds: true }),
    new metrics.BinaryCrossentropy({ fromLogits: true, name: "bce" }),
  ];
  for (const metric of made) {
    const again = metrics.deserialize(metrics.serialize(metric) as never) as metrics.Metric;
    expect(again).toBeInstanceOf(metric.constructor);
    expect(again.getConfig()).toEqual(metric.getConfig());
    expect(again.variables.map((v) => v.shape)).toEqual(metric.variables.map((v) => v.shape));
  }
  expect(metrics.serialize(made[2]!)).toMatchObject({
    config: { num_classes: 3, target_class_ids: [0, 2], sparse_y_true: false },
  });
});

test("compile's accuracy follows the shapes and keeps its name", () => {
  const of = (name: "accuracy" | "acc", yTrue: number[], yPred: number[]): metrics.Metric =>
    metrics.resolveMetric(name, yTrue, yPred);
  expect(of("accuracy", [8, 1], [8, 1])).toBeInstanceOf(metrics.BinaryAccuracy);
  expect(of("acc", [8], [8, 3])).toBeInstanceOf(metrics.SparseCategoricalAccuracy);
  expect(of("acc", [8, 3], [8, 3])).toBeInstanceOf(metrics.CategoricalAccuracy);
  expect(of("acc", [8], [8, 3]).name).toBe("acc");
  expect(metrics.resolveMetric("mse", [8], [8]).name).toBe("mse");
  expect(metrics.resolveMetric(meanAbsoluteError, [8], [8]).name).toBe("mean_absolute_error");
});

test("options out of range are refused", () => {
  expect(() => new metrics.Precision({ thresholds: 2 })).toThrow("thresholds must lie in [0, 1], got [2]");
  expect(() => new metrics.AUC({ numThresholds: 1 })).toThrow("numThresholds must be an integer above 1");
  expect(() => new metrics.AUC({ numLabels: 2 })).toThrow("multiLabel");
  expect(() => new metrics.IoU({ numClasses: 2, targetClassIds: [2] })).toThrow(
    "targetClassIds must lie in [0, 2), got [2]",
  );
  expect(() => new metrics.FBetaScore({ beta: 0 })).toThrow("beta must be above 0");
  expect(() => new metrics.F1Score().updateState([1], [1])).toThrow("takes [samples, classes], got targets [1]");
  expect(() => new metrics.R2Score().result()).toThrow("before the first batch");
});

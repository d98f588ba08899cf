import { targetKind } from "@keras/losses";
import { toSnakeCase, type Dim } from "@keras/ops";
import { BinaryAccuracy } from "./binary-accuracy.ts";
import { CategoricalAccuracy } from "./categorical-accuracy.ts";
import { get, type MetricOption } from "./get.ts";
import { MeanMetricWrapper } from "./mean-metric.ts";
import type { Metric } from "./metric.ts";
import { SparseCategoricalAccuracy } from "./sparse-categorical-accuracy.ts";

/** Names that stand for the accuracy that fits the shapes. */
export type AccuracyName = "accuracy" | "acc" | "Accuracy" | "Acc";

const ACCURACIES = {
  binary: BinaryAccuracy,
  categorical: CategoricalAccuracy,
  sparse_categorical: SparseCategoricalAccuracy,
} as const;

/**
 * The metric that `compile` means: `accuracy` and `acc` by the shapes, functions averaged, named as it was asked for.
 *
 * @param yTrue - Shape of the targets, batch included.
 * @param yPred - Shape of the predictions.
 * @throws {NotFoundError} when the name is unknown; says which are near.
 * @example
 * ```ts
 * import { resolveMetric } from "@keras/metrics";
 * console.log(resolveMetric("acc", [32], [32, 10]).constructor.name); // "SparseCategoricalAccuracy"
 * ```
 */
export function resolveMetric(
  identifier: MetricOption | AccuracyName,
  yTrue: readonly (Dim | null)[],
  yPred: readonly (Dim | null)[],
): Metric {
  if (typeof identifier === "string" && /^acc(uracy)?$/i.test(identifier))
    return new ACCURACIES[targetKind(yTrue, yPred)]({ name: identifier });
  const found = get(identifier as MetricOption);
  const name =
    typeof identifier === "string"
      ? identifier
      : typeof found === "function"
        ? toSnakeCase(found.name) || "metric"
        : found.name;
  const metric = typeof found === "function" ? new MeanMetricWrapper({ fn: found, name }) : found;
  metric.name = name;
  return metric;
}

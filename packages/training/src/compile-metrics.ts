import { ArgumentError, initScope, isTensor, type Tensor } from "@keras/ops";
import {
  get as getMetric,
  resolveMetric,
  type AccuracyName,
  type Metric,
  type MetricOption as PlainMetricOption,
} from "@keras/metrics";

/** A metric as `compile` takes it: `accuracy` is the one that fits the shapes. */
export type MetricOption = PlainMetricOption | AccuracyName;

/** Metrics in the structure of the outputs: a list for one output; a list per output by position or name. */
export type MetricTree = MetricOption | readonly MetricTree[] | { readonly [output: string]: MetricTree } | null;

interface Part {
  readonly metric: Metric;
  /** Name in logs. */
  readonly name: string;
  readonly weighted: boolean;
  readonly pick: (x: unknown) => unknown;
}

const isOption = (x: MetricTree): x is MetricOption =>
  typeof x === "string" ||
  typeof x === "function" ||
  (typeof x === "object" && x !== null && (x as { kind?: unknown }).kind === "metric");

/** The metrics that a model was compiled with. They are made when the first batch shows the outputs. */
export class CompileMetrics {
  readonly option: MetricTree;
  readonly weightedOption: MetricTree;
  readonly outputNames: readonly string[];
  parts: readonly Part[] | null = null;

  constructor(option: MetricTree, weightedOption: MetricTree, outputNames: readonly string[]) {
    this.option = option;
    this.weightedOption = weightedOption;
    this.outputNames = outputNames;
    for (const name of flattenOptions([option, weightedOption]))
      if (typeof name === "string" && !/^acc(uracy)?$/i.test(name)) getMetric(name as never);
  }

  get metrics(): readonly Metric[] {
    return (this.parts ?? []).map((p) => p.metric);
  }

  /** Makes the metrics for outputs of these shapes. @throws {ArgumentError} when their structures differ. */
  build(y: unknown, yPred: unknown): readonly Part[] {
    if (!this.parts)
      this.parts = initScope(() => [
        ...this.plan(this.option, y, yPred, false),
        ...this.plan(this.weightedOption, y, yPred, true),
      ]);
    return this.parts;
  }

  plan(option: MetricTree, y: unknown, yPred: unknown, weighted: boolean): Part[] {
    if (option === null) return [];
    if (isTensor(yPred)) {
      const flat = flattenOptions(option);
      return flat.map((o) => this.part(o, y as Tensor, yPred, (x) => x, null, weighted));
    }
    const keys = Array.isArray(yPred) ? yPred.map((_, i) => i) : Object.keys(yPred as object);
    return keys.flatMap((key, i) => {
      const name = typeof key === "string" ? key : (this.outputNames[key] ?? `output_${key}`);
      const pick = (x: unknown): unknown =>
        (x as Record<string | number, unknown> | null | undefined)?.[key] ??
        (x as Record<string, unknown> | null | undefined)?.[name];
      const own = isOption(option)
        ? option
        : Array.isArray(option)
          ? perOutput(option, keys.length)
            ? option[i]
            : option
          : (option as Record<string, MetricTree>)[name];
      return flattenOptions(own ?? null).map((o) =>
        this.part(o, pick(y) as Tensor, pick(yPred) as Tensor, pick, keys.length > 1 ? name : null, weighted),
      );
    });
  }

  part(
    option: MetricOption,
    y: Tensor,
    yPred: Tensor,
    pick: (x: unknown) => unknown,
    output: string | null,
    weighted: boolean,
  ): Part {
    const metric = resolveMetric(option, y.shape, yPred.shape);
    return { metric, name: output === null ? metric.name : `${output}_${metric.name}`, weighted, pick };
  }

  updateState(y: unknown, yPred: unknown, sampleWeight: unknown): void {
    for (const { metric, weighted, pick } of this.build(y, yPred)) {
      const target = pick(y) as Tensor | null | undefined;
      if (target === null || target === undefined)
        throw new ArgumentError(`there is no target for the metric '${metric.name}'`);
      const weights = weighted
        ? isTensor(sampleWeight)
          ? sampleWeight
          : (pick(sampleWeight) as Tensor | null | undefined)
        : null;
      metric.updateState(target, pick(yPred) as Tensor, weights ? { sampleWeight: weights } : {});
    }
  }

  /** The metrics' values, by their names in logs. */
  result(): Record<string, Tensor> {
    const results: Record<string, Tensor> = {};
    for (const { metric, name } of this.parts ?? []) {
      const value: unknown = metric.result();
      if (isTensor(value)) results[name] = value;
      else Object.assign(results, value);
    }
    return results;
  }

  resetState(): void {
    for (const { metric } of this.parts ?? []) metric.resetState();
  }
}

function flattenOptions(option: MetricTree): MetricOption[] {
  if (option === null) return [];
  if (isOption(option)) return [option];
  return (Array.isArray(option) ? option : Object.values(option)).flatMap(flattenOptions);
}

/** Whether a list has one entry per output, and not several metrics for each. */
function perOutput(option: readonly MetricTree[], outputs: number): boolean {
  return option.length === outputs && option.some((o) => o === null || !isOption(o) || outputs > 1);
}

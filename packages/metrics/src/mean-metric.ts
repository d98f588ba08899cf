import { applyMask } from "@keras/losses";
import {
  deserializeFunction,
  getMask,
  serializeKerasObject,
  toSnakeCase,
  toTensor,
  type DeserializeOptions,
  type Tensor,
  type TensorLike,
} from "@keras/ops";
import { MeanBase } from "./mean.ts";
import type { MetricOptions, UpdateOptions } from "./metric.ts";

/** A metric as a function: targets and predictions → a value per sample or part of one. */
export type MetricFn = (yTrue: TensorLike, yPred: TensorLike, options?: never) => TensorLike;

/** The mean of a function of targets and predictions. */
export abstract class MeanMetric extends MeanBase {
  /** The values that are averaged. */
  abstract values(yTrue: TensorLike, yPred: TensorLike): TensorLike;

  override updateState(yTrue: TensorLike, yPred: TensorLike, options: UpdateOptions = {}): void {
    const { sampleWeight = null } = options;
    const weight = applyMask(
      sampleWeight === null ? null : toTensor(sampleWeight, this.dtype),
      getMask(yPred) as Tensor | null,
      this.dtype,
      "sum",
    );
    this.addValues(this.values(yTrue, yPred), weight);
  }
}

/** Options of {@link MeanMetricWrapper}. Further keys are handed to the function as its options. */
export interface MeanMetricWrapperOptions extends MetricOptions {
  readonly fn: MetricFn;
  readonly [option: string]: unknown;
}

/**
 * The mean of a function of targets and predictions.
 *
 * @example
 * ```ts
 * import { losses, metrics } from "keras";
 * const metric = new metrics.MeanMetricWrapper({ fn: losses.meanAbsoluteError, name: "off" });
 * metric.updateState([[1], [2]], [[1], [4]]);
 * console.log(await metric.result().item()); // 1
 * ```
 */
export class MeanMetricWrapper extends MeanMetric {
  static override readonly className: string = "MeanMetricWrapper";
  static override readonly module: string = "keras.metrics";
  readonly fn: MetricFn;
  /** What the function gets as its options. */
  readonly fnOptions: Readonly<Record<string, unknown>>;

  constructor(options: MeanMetricWrapperOptions) {
    super(options);
    const { fn, name: _, dtype: __, ...rest } = options;
    this.fn = fn;
    this.fnOptions = rest;
  }

  override values(yTrue: TensorLike, yPred: TensorLike): TensorLike {
    return (this.fn as (...args: unknown[]) => TensorLike)(
      yTrue,
      yPred,
      ...(Object.keys(this.fnOptions).length > 0 ? [this.fnOptions] : []),
    );
  }

  override getConfig(): Record<string, unknown> {
    const fn = serializeKerasObject(this.fn);
    return { ...super.getConfig(), fn: typeof fn === "string" ? toSnakeCase(fn) : fn, ...this.fnOptions };
  }

  /** @throws {NotFoundError} when the function is not among `objects`. */
  static override fromConfig(config: Record<string, unknown>, options: DeserializeOptions = {}): MeanMetricWrapper {
    return new MeanMetricWrapper({ ...config, fn: deserializeFunction(config["fn"], options) as MetricFn });
  }
}

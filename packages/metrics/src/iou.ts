import { alignRanks } from "@keras/losses";
import {
  add,
  argmax,
  ArgumentError,
  arange,
  broadcastTo,
  cast,
  divide,
  epsilon,
  equal,
  expandDims,
  greater,
  greaterEqual,
  less,
  logicalAnd,
  multiply,
  notEqual,
  reshape,
  scatter,
  stack,
  subtract,
  sum,
  take,
  toTensor,
  where,
  type Tensor,
  type TensorLike,
  type Variable,
} from "@keras/ops";
import { Metric, type MetricOptions, type UpdateOptions } from "./metric.ts";

/** Options of the intersections over unions. `dtype` is int32 by default. */
export interface ClassIoUOptions extends MetricOptions {
  readonly numClasses: number;
  /** Targets of this class do not count. */
  readonly ignoreClass?: number | null | undefined;
  /** Targets are class indices, not one-hot. Default true. */
  readonly sparseYTrue?: boolean | undefined;
  /** Predictions are class indices, not scores. Default true. */
  readonly sparseYPred?: boolean | undefined;
  /** Axis of the classes. Default -1. */
  readonly axis?: number | undefined;
}

/** Options of {@link IoU}. */
export interface IoUOptions extends ClassIoUOptions {
  /** Classes over which the mean is taken. */
  readonly targetClassIds: readonly number[];
}

/**
 * Intersection over union of targets and predictions, as a mean over some classes: true positives over everything that is of the class or
 * predicted to be.
 *
 * @example
 * ```ts
 * import { metrics } from "keras";
 * const metric = new metrics.IoU({ numClasses: 2, targetClassIds: [0] });
 * metric.updateState([0, 0, 1, 1], [0, 1, 0, 1]);
 * console.log(await metric.result().item()); // about 0.3333
 * ```
 */
export class IoU extends Metric {
  static override readonly className: string = "IoU";
  static override readonly module: string = "keras.metrics";
  static readonly configKeys: Readonly<Record<string, string>> = {
    sparseYTrue: "sparse_y_true",
    sparseYPred: "sparse_y_pred",
  };
  readonly numClasses: number;
  readonly targetClassIds: readonly number[];
  readonly ignoreClass: number | null;
  readonly sparseYTrue: boolean;
  readonly sparseYPred: boolean;
  readonly axis: number;
  /** `[numClasses, numClasses]`: how often a target of class i was predicted as class j. */
  readonly confusion: Variable;

  /** @throws {ArgumentError} when a class is out of range. */
  constructor(options: IoUOptions) {
    super({ ...options, dtype: options.dtype ?? "int32" });
    const { numClasses, targetClassIds } = options;
    if (!Number.isInteger(numClasses) || numClasses < 1)
      throw new ArgumentError(`numClasses must be a positive integer, got ${numClasses}`);
    if (targetClassIds.some((id) => !Number.isInteger(id) || id < 0 || id >= numClasses)) {
      throw new ArgumentError(`targetClassIds must lie in [0, ${numClasses}), got [${targetClassIds.join(", ")}]`);
    }
    this.numClasses = numClasses;
    this.targetClassIds = [...targetClassIds];
    this.ignoreClass = options.ignoreClass ?? null;
    this.sparseYTrue = options.sparseYTrue ?? true;
    this.sparseYPred = options.sparseYPred ?? true;
    this.axis = options.axis ?? -1;
    this.confusion = this.addVariable([numClasses, numClasses], "zeros", {
      name: "total_confusion_matrix",
      dtype: this.dtype,
    });
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, options: UpdateOptions = {}): void {
    const classes = (x: TensorLike, sparse: boolean): Tensor =>
      reshape(cast(sparse ? toTensor(x, this.dtype) : argmax(x, { axis: this.axis }), this.dtype), [-1]);
    this.count(classes(yTrue, this.sparseYTrue), classes(yPred, this.sparseYPred), options.sampleWeight ?? 1);
  }

  /** Adds flat class indices to the confusion matrix. */
  count(yTrue: Tensor, yPred: Tensor, sampleWeight: TensorLike): void {
    const given = toTensor(sampleWeight, this.dtype);
    const weight = broadcastTo(given.ndim > 1 ? reshape(given, [-1]) : given, yTrue.shape);
    const inRange = (x: Tensor): Tensor => logicalAnd(greaterEqual(x, 0), less(x, this.numClasses));
    let counts = logicalAnd(inRange(yTrue), inRange(yPred));
    if (this.ignoreClass !== null) counts = logicalAnd(counts, notEqual(yTrue, this.ignoreClass));
    const [t, p] = alignRanks(where(counts, yTrue, 0), where(counts, yPred, 0));
    const places = cast(stack([t, p], { axis: 1 }), "int32");
    this.confusion.assign(
      add(this.confusion, scatter(places, where(counts, weight, 0), [this.numClasses, this.numClasses])),
    );
  }

  override result(): Tensor {
    const ids = arange(this.numClasses, { dtype: "int32" });
    const diagonal = sum(multiply(this.confusion, cast(equal(expandDims(ids, 0), expandDims(ids, 1)), this.dtype)), {
      axis: 1,
    });
    const union = subtract(add(sum(this.confusion, { axis: 0 }), sum(this.confusion, { axis: 1 })), diagonal);
    const wanted = toTensor(Int32Array.from(this.targetClassIds));
    const [right, all] = [cast(take(diagonal, wanted), "float32"), cast(take(union, wanted), "float32")];
    const valid = greater(all, 1e-9);
    const ratio = where(valid, divide(right, add(all, epsilon())), 0);
    return divide(sum(ratio), add(sum(cast(valid, "float32")), epsilon()));
  }

  override getConfig(): Record<string, unknown> {
    const { numClasses, targetClassIds, ignoreClass, sparseYTrue, sparseYPred, axis } = this;
    return { ...super.getConfig(), numClasses, targetClassIds, ignoreClass, sparseYTrue, sparseYPred, axis };
  }
}

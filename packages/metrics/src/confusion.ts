import { alignRanks } from "@keras/losses";
import {
  add,
  arange,
  ArgumentError,
  argsort,
  broadcastTo,
  cast,
  ceil,
  clip,
  cumsum,
  expandDims,
  flip,
  getItem,
  greater,
  greaterEqual,
  less,
  logicalAnd,
  logicalNot,
  multiply,
  negative,
  reshape,
  scatter,
  stack,
  subtract,
  sum,
  toTensor,
  where,
  type Tensor,
  type TensorLike,
  type Variable,
} from "@keras/ops";
import { BELOW_ALL } from "./thresholds.ts";

/** The Variables that an update adds to, each `[thresholds]` or, per label, `[thresholds, labels]`. */
export interface Counts {
  readonly truePositives?: Variable | undefined;
  readonly falsePositives?: Variable | undefined;
  readonly trueNegatives?: Variable | undefined;
  readonly falseNegatives?: Variable | undefined;
}

/** How a batch is counted. */
export interface CountOptions {
  readonly thresholds: readonly number[];
  /** The thresholds are evenly spaced from 0 to 1. */
  readonly even: boolean;
  /** Only the `topK` largest scores of a sample count as predicted. */
  readonly topK?: number | null | undefined;
  /** Only this class is counted. */
  readonly classId?: number | null | undefined;
  readonly sampleWeight?: TensorLike | null | undefined;
  /** Each label by itself. */
  readonly multiLabel?: boolean | undefined;
  readonly labelWeights?: Tensor | null | undefined;
}

/** Scores, with all but the `k` largest of each sample set below every threshold. Of equal ones, the first are kept. */
function keepTopK(scores: Tensor, k: number): Tensor {
  const order = argsort(negative(scores), { axis: -1 });
  return where(less(argsort(order, { axis: -1 }), k), scores, BELOW_ALL);
}

function oneClass(x: Tensor, id: number): Tensor {
  return getItem(x, "...", { start: id, stop: id + 1 });
}

interface Batch {
  readonly yTrue: Tensor;
  readonly yPred: Tensor;
  /** Of the shape of `yPred`; null: all count 1. */
  readonly weights: Tensor | null;
}

function prepare(yTrue: TensorLike, yPred: TensorLike, dtype: Variable["dtype"], options: CountOptions): Batch {
  let [p, t] = alignRanks(toTensor(yPred, dtype), toTensor(yTrue, dtype));
  let weights =
    options.sampleWeight === null || options.sampleWeight === undefined
      ? null
      : expandDims(toTensor(options.sampleWeight, dtype), -1);
  if (weights !== null) weights = alignRanks(t, weights, false)[1];
  if (typeof options.topK === "number") p = keepTopK(p, options.topK);
  if (typeof options.classId === "number") {
    if (p.ndim < 2)
      throw new ArgumentError(`classId needs predictions [samples, classes], got shape [${p.shape.join(", ")}]`);
    t = oneClass(t, options.classId);
    p = oneClass(p, options.classId);
  }
  if (weights !== null) weights = broadcastTo(weights, p.shape);
  if (options.labelWeights) {
    const labels = broadcastTo(expandDims(options.labelWeights, 0), p.shape);
    weights = weights === null ? labels : multiply(weights, labels);
  }
  return { yTrue: t, yPred: p, weights };
}

/** Adds the true and false positives and negatives of a batch to their Variables. */
export function updateCounts(counts: Counts, yTrue: TensorLike, yPred: TensorLike, options: CountOptions): void {
  const { dtype } = Object.values(counts).find((v) => v !== undefined) as Variable;
  const batch = prepare(yTrue, yPred, dtype, options);
  if (options.even) countByBucket(counts, batch, options);
  else countByThreshold(counts, batch, options);
}

const grow = (variable: Variable | undefined, by: () => Tensor): void => {
  if (variable) variable.assign(add(variable, cast(by(), variable.dtype)));
};

/** Compares every prediction with every threshold. */
function countByThreshold(
  counts: Counts,
  { yTrue, yPred, weights }: Batch,
  { thresholds, multiLabel = false }: CountOptions,
): void {
  const spread = (x: Tensor): Tensor => (multiLabel ? expandDims(x, 0) : reshape(x, [1, -1]));
  const limits = reshape(toTensor([...thresholds], yPred.dtype), multiLabel ? [-1, 1, 1] : [-1, 1]);
  const positive = greater(spread(yPred), limits);
  const label = spread(cast(yTrue, "bool"));
  const weight = weights === null ? toTensor(1, yPred.dtype) : spread(weights);
  const count = (a: Tensor, b: Tensor): Tensor => sum(where(logicalAnd(a, b), weight, 0), { axis: 1 });
  grow(counts.truePositives, () => count(label, positive));
  grow(counts.falsePositives, () => count(logicalNot(label), positive));
  grow(counts.falseNegatives, () => count(label, logicalNot(positive)));
  grow(counts.trueNegatives, () => count(logicalNot(label), logicalNot(positive)));
}

/** Sums by bucket between thresholds, then over all buckets above each: one pass however many thresholds there are. */
function countByBucket(counts: Counts, batch: Batch, { thresholds, multiLabel = false }: CountOptions): void {
  const n = thresholds.length;
  const flat = (x: Tensor): Tensor => (multiLabel ? x : reshape(x, [-1]));
  const label = flat(cast(cast(batch.yTrue, "bool"), batch.yPred.dtype));
  const p = flat(clip(batch.yPred, 0, 1));
  const right = batch.weights === null ? label : multiply(label, flat(batch.weights));
  const wrong = batch.weights === null ? subtract(1, label) : multiply(subtract(1, label), flat(batch.weights));
  const raw = subtract(ceil(multiply(p, n - 1)), 1);
  // With the first threshold below 0, a prediction of 0 lies above it; else it is above none.
  const within = thresholds[0]! < 0 || thresholds[n - 1]! > 1 ? null : greaterEqual(raw, 0);
  const bucket = cast(clip(raw, 0, n - 1), "int32");
  const above = (values: Tensor): Tensor => {
    const kept = within === null ? values : where(within, values, 0);
    return flip(cumsum(flip(sumByBucket(kept, bucket, n), 0), { axis: 0 }), 0);
  };
  const truePositives = above(right);
  const falsePositives = above(wrong);
  grow(counts.truePositives, () => truePositives);
  grow(counts.falsePositives, () => falsePositives);
  grow(counts.trueNegatives, () => subtract(sum(wrong, { axis: 0 }), falsePositives));
  grow(counts.falseNegatives, () => subtract(sum(right, { axis: 0 }), truePositives));
}

/** `[samples]` → `[buckets]`, or `[samples, labels]` → `[buckets, labels]`. */
function sumByBucket(values: Tensor, bucket: Tensor, buckets: number): Tensor {
  if (values.ndim === 1) return scatter(expandDims(bucket, -1), values, [buckets]);
  const labels = values.shape[1]!;
  const column = broadcastTo(arange(labels, { dtype: "int32" }), bucket.shape);
  const places = stack([reshape(bucket, [-1]), reshape(column, [-1])], { axis: 1 });
  return scatter(places, reshape(values, [-1]), [buckets, labels]);
}

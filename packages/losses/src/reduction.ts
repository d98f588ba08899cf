import {
  ArgumentError,
  cast,
  divideNoNan,
  multiply,
  onesLike,
  sum,
  toTensor,
  where,
  type DType,
  type Tensor,
  type TensorLike,
} from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";

/**
 * How the losses of the samples become one number: their sum, their sum over their number (`mean` is the same), their sum over the sum
 * of the weights; `none` and null leave them as they are.
 */
export type Reduction = "sum_over_batch_size" | "sum" | "mean" | "mean_with_sample_weight" | "none" | null;

const REDUCTIONS: readonly unknown[] = ["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", null];

/**
 * @throws {ArgumentError} when it is no reduction.
 * @internal
 */
export function checkReduction(reduction: unknown): Reduction {
  if (REDUCTIONS.includes(reduction)) return reduction as Reduction;
  throw new ArgumentError(
    `reduction must be one of ${REDUCTIONS.map((r) => JSON.stringify(r)).join(", ")}, got ${JSON.stringify(reduction)}`,
  );
}

/** Number of elements, as a number of the values' dtype. */
function count(values: Tensor): number | Tensor {
  return values.shape.every((d) => typeof d === "number") ? values.size : sum(onesLike(values));
}

/**
 * Sample weights with a mask worked in: what is masked weighs 0. Under a mean, the rest weighs more, so that the mean is over it alone.
 */
export function applyMask(
  sampleWeight: Tensor | null,
  mask: Tensor | null,
  dtype: DType,
  reduction: Reduction,
): Tensor | null {
  if (mask === null) return sampleWeight;
  let weight = cast(mask, dtype);
  if (reduction === "mean" || reduction === "sum_over_batch_size") {
    const share = divideNoNan(toTensor(count(weight), dtype), sum(weight));
    weight = where(cast(mask, "bool"), share, 0);
  }
  if (sampleWeight === null) return weight;
  const [a, b] = alignRanks(weight, cast(sampleWeight, dtype));
  return multiply(b, a);
}

/** Options of {@link reduceWeightedValues}. */
export interface ReduceWeightedOptions {
  readonly sampleWeight?: TensorLike | null | undefined;
  readonly mask?: TensorLike | null | undefined;
  readonly reduction?: Reduction | undefined;
  readonly dtype?: DType | undefined;
}

/**
 * Values weighted, masked and reduced.
 *
 * @internal
 */
export function reduceWeightedValues(given: TensorLike, options: ReduceWeightedOptions = {}): Tensor {
  const { sampleWeight = null, mask = null, reduction = "sum_over_batch_size", dtype } = options;
  let values = toTensor(given, dtype);
  let weight = sampleWeight === null ? null : toTensor(sampleWeight, dtype);
  weight = applyMask(weight, mask === null ? null : toTensor(mask, dtype), values.dtype, reduction);
  if (weight !== null) {
    const [v, w] = alignRanks(values, cast(weight, values.dtype));
    weight = w;
    values = multiply(v, w);
  }
  return reduce(values, weight, reduction);
}

function reduce(values: Tensor, weight: Tensor | null, reduction: Reduction): Tensor {
  if (reduction === null || reduction === "none" || values.ndim === 0 || (values.ndim === 1 && values.shape[0] === 0))
    return values;
  const total = sum(values);
  if (reduction === "sum") return total;
  return divideNoNan(total, reduction === "mean_with_sample_weight" && weight !== null ? sum(weight) : count(values));
}

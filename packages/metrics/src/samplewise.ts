import { applyMask, alignRanks } from "@keras/losses";
import {
  broadcastTo,
  cast,
  getMask,
  mean,
  multiply,
  sum,
  toTensor,
  type DType,
  type Tensor,
  type TensorLike,
} from "@keras/ops";

/** Values and weights of the samples of a batch. */
export interface Samplewise {
  readonly values: Tensor;
  readonly weights: Tensor | null;
}

const axes = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/**
 * Reduces values to one per sample, already weighted, and weights likewise.
 *
 * @param reduce - What is done over the further axes: `mean` or `sum`.
 */
export function reduceToSamplewiseValues(
  given: TensorLike,
  sampleWeight: TensorLike | null,
  reduce: "mean" | "sum",
  dtype: DType,
): Samplewise {
  const fold = (x: Tensor, from: number): Tensor =>
    x.ndim <= from ? x : (reduce === "mean" ? mean : sum)(x, { axis: axes(from, x.ndim) });
  const mask = getMask(given) as Tensor | null;
  let values = cast(toTensor(given), dtype);
  if (sampleWeight === null) return { values: fold(values, 1), weights: null };
  let weights = applyMask(toTensor(sampleWeight, dtype), mask, dtype, "sum")!;
  [values, weights] = alignRanks(values, weights);
  values = fold(values, weights.ndim);
  weights = broadcastTo(weights, values.shape);
  return { values: fold(multiply(values, weights), 1), weights: fold(weights, 1) };
}

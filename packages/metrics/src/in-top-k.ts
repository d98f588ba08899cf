import {
  arange,
  equal,
  expandDims,
  greater,
  isfinite,
  less,
  logicalAnd,
  sum,
  where,
  cast,
  type Tensor,
} from "@keras/ops";

/**
 * Whether the score of a class is among the `k` largest: fewer than `k` others are larger. Ties count as in. A class or score that is
 * none is out.
 *
 * @param targets - Class indices `[samples]`.
 * @param scores - `[samples, classes]`.
 * @returns Booleans `[samples]`.
 * @internal
 */
export function inTopK(targets: Tensor, scores: Tensor, k: number): Tensor {
  const isTarget = equal(expandDims(cast(targets, "int32"), -1), arange(scores.shape[1]!, { dtype: "int32" }));
  const own = sum(where(isTarget, scores, 0), { axis: -1, keepdims: true });
  const larger = sum(cast(greater(scores, own), "int32"), { axis: -1 });
  const exists = greater(sum(cast(isTarget, "int32"), { axis: -1 }), 0);
  const finite = isfinite(sum(own, { axis: -1 }));
  return logicalAnd(logicalAnd(less(larger, k), exists), finite);
}

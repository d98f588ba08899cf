import {
  abs,
  cast,
  cumsum,
  expandDims,
  full,
  greaterEqual,
  less,
  logicalAnd,
  reshape,
  subtract,
  toTensor,
  type Dim,
  type Tensor,
  type TensorLike,
} from "@keras/ops";
import type { CallOptions } from "../base/types.ts";

/** Options of the call. */
export interface AttentionCallOptions extends CallOptions {
  /** Default: the value. */
  readonly key?: Tensor | null | undefined;
  /** Which queries count: `[batch, target]`. */
  readonly queryMask?: Tensor | null | undefined;
  /** Which values count: `[batch, source]`. */
  readonly valueMask?: Tensor | null | undefined;
  /** Which keys count: `[batch, source]`. */
  readonly keyMask?: Tensor | null | undefined;
  /** Who sees what: `[batch, target, source]`. */
  readonly attentionMask?: Tensor | null | undefined;
  /** Whether a query sees only what is not behind it. Default false. */
  readonly useCausalMask?: boolean | undefined;
  /** Give `[output, scores]`. Default false. */
  readonly returnAttentionScores?: boolean | undefined;
}

const and = (a: Tensor | null, b: Tensor | null): Tensor | null => (a && b ? logicalAnd(a, b) : (a ?? b));

/** Positions along an axis; their number may be known only when the graph runs. */
const positions = (size: Dim): Tensor => subtract(cumsum(full([size] as readonly number[], 1, { dtype: "int32" })), 1);

/** `[1, target, source]`: a query sees what is not behind it. */
export function causalMask(targets: Dim, sources: Dim): Tensor {
  return greaterEqual(reshape(positions(targets), [1, -1, 1]), reshape(positions(sources), [1, 1, -1]));
}

/** All masks of a call as one: `[batch, target, source]`; null when everything is seen. */
export function attentionMask(
  query: Tensor,
  value: Tensor,
  options: AttentionCallOptions,
  slidingWindow: number | null,
): Tensor | null {
  const bool = (m: Tensor | null | undefined): Tensor | null => (m ? cast(toTensor(m as TensorLike), "bool") : null);
  const [forQuery, forValue, forKey] = [bool(options.queryMask), bool(options.valueMask), bool(options.keyMask)];
  let mask = forQuery && expandDims(forQuery, -1);
  mask = and(mask, forValue && expandDims(forValue, -2));
  mask = and(mask, forKey && expandDims(forKey, -2));
  const [targets, sources] = [query.shape[1]!, value.shape[1]!];
  if (options.useCausalMask) mask = and(mask, causalMask(targets, sources));
  if (slidingWindow !== null) {
    const distance = abs(subtract(reshape(positions(targets), [1, -1, 1]), reshape(positions(sources), [1, 1, -1])));
    mask = and(mask, less(distance, slidingWindow));
  }
  return and(bool(options.attentionMask), mask);
}

import { toTensor, type Tensor, type TensorLike } from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";

/**
 * Targets and predictions as tensors of the predictions' dtype.
 *
 * @internal
 */
export function operands(yTrue: TensorLike, yPred: TensorLike): [t: Tensor, p: Tensor] {
  const p = toTensor(yPred);
  return [toTensor(yTrue, p.dtype), p];
}

/**
 * The same, of one rank.
 *
 * @internal
 */
export function alignedOperands(yTrue: TensorLike, yPred: TensorLike): [t: Tensor, p: Tensor] {
  return alignRanks(...operands(yTrue, yPred));
}

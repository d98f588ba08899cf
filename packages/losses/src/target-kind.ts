import type { Dim } from "@keras/ops";

/** What targets are: 0 and 1, one-hot classes, or class indices. */
export type TargetKind = "binary" | "categorical" | "sparse_categorical";

/**
 * What targets are, by the shapes: predictions of one value are binary; targets of lower rank or of one value are class indices.
 *
 * @param yTrue - Shape of the targets, batch included.
 * @param yPred - Shape of the predictions.
 * @example
 * ```ts
 * import { targetKind } from "@keras/losses";
 * console.log(targetKind([32], [32, 10])); // "sparse_categorical"
 * ```
 */
export function targetKind(yTrue: readonly (Dim | null)[], yPred: readonly (Dim | null)[]): TargetKind {
  if (yPred.at(-1) === 1) return "binary";
  return yTrue.length < yPred.length || yTrue.at(-1) === 1 ? "sparse_categorical" : "categorical";
}

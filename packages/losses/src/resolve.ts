import { toSnakeCase, type Dim } from "@keras/ops";
import { BinaryCrossentropy } from "./binary-crossentropy.ts";
import { CategoricalCrossentropy } from "./categorical-crossentropy.ts";
import { LossFunctionWrapper } from "./function-loss.ts";
import { get, type LossOption } from "./get.ts";
import type { Loss } from "./loss.ts";
import { SparseCategoricalCrossentropy } from "./sparse-categorical-crossentropy.ts";
import { targetKind } from "./target-kind.ts";

/** Names that stand for the cross-entropy that fits the shapes. */
export type CrossentropyName = "crossentropy" | "ce";

const CROSSENTROPIES = {
  binary: BinaryCrossentropy,
  categorical: CategoricalCrossentropy,
  sparse_categorical: SparseCategoricalCrossentropy,
} as const;

/**
 * The loss that `compile` means: `crossentropy` and `ce` by the shapes, functions as objects.
 *
 * @param yTrue - Shape of the targets, batch included.
 * @param yPred - Shape of the predictions.
 * @throws {NotFoundError} when the name is unknown; says which are near.
 * @example
 * ```ts
 * import { resolveLoss } from "@keras/losses";
 * console.log(resolveLoss("ce", [32], [32, 10]).name); // "ce"
 * ```
 */
export function resolveLoss(
  identifier: LossOption | CrossentropyName,
  yTrue: readonly (Dim | null)[],
  yPred: readonly (Dim | null)[],
): Loss {
  if (identifier === "crossentropy" || identifier === "ce")
    return new CROSSENTROPIES[targetKind(yTrue, yPred)]({ name: identifier });
  const found = get(identifier);
  if (typeof found !== "function") return found;
  return new LossFunctionWrapper({
    fn: found,
    name: typeof identifier === "string" ? identifier : toSnakeCase(found.name) || "loss",
  });
}

import { cast, divideNoNan, isTensor, shape, tree, type Tensor, type TensorLike } from "@keras/ops";
import type { Regularizer } from "../regularizers/regularizer.ts";
import { currentCall } from "./call-context.ts";
import type { Layer } from "./layer.ts";

/** Adds the regularizer's penalty of each output, per sample as the loss is. */
export function regularizeActivity(layer: Layer, regularizer: Regularizer, outputs: unknown): void {
  for (const y of tree.flatten<unknown>(outputs as never)) {
    if (!isTensor(y)) continue;
    const loss = regularizer.apply(y);
    layer.addLoss(y.ndim === 0 ? loss : divideNoNan(loss, cast(shape(y)[0]! as TensorLike, loss.dtype)));
  }
}

/** What layers added in the last call, then the weights' regularizers. A layer that was not called itself has what its parts have. */
export function collectLosses(layer: Layer): Tensor[] {
  const context = currentCall() ?? layer.lastCall;
  const added = layer.flattenLayers().flatMap((part) => (context ?? part.lastCall)?.losses.get(part) ?? []);
  return [...added, ...layer.trainableWeights.flatMap((w) => (w.regularizer ? [w.regularizer(w.value)] : []))];
}

import { cast, divideNoNan, full, isTensor, sum, type Dim, type Tensor } from "@keras/ops";
import * as tree from "@keras/ops/tree";
import type { Regularizer } from "../regularizers/regularizer.ts";
import { currentCall } from "./call-context.ts";
import type { Layer } from "./layer.ts";

/** The number of samples; inside a trace it may be known only when the graph runs. */
function batchSize(size: Dim, like: Tensor): Tensor {
  return cast(typeof size === "number" ? size : sum(full([size], 1, { dtype: "int32" })), like.dtype);
}

/** Adds the regularizer's penalty of each output, per sample as the loss is. */
export function regularizeActivity(layer: Layer, regularizer: Regularizer, outputs: unknown): void {
  for (const y of tree.flatten<unknown>(outputs as never)) {
    if (!isTensor(y)) continue;
    const loss = regularizer.apply(y);
    layer.addLoss(y.ndim === 0 ? loss : divideNoNan(loss, batchSize(y.shape[0]!, loss)));
  }
}

/** What layers added in the last call, then the weights' regularizers. A layer that was not called itself has what its parts have. */
export function collectLosses(layer: Layer): Tensor[] {
  const context = currentCall() ?? layer.lastCall;
  const added = layer.flattenLayers().flatMap((part) => (context ?? part.lastCall)?.losses.get(part) ?? []);
  return [...added, ...layer.trainableWeights.flatMap((w) => (w.regularizer ? [w.regularizer(w.value)] : []))];
}

import {
  ArgumentError,
  BuildError,
  runtime,
  scoped,
  StateOverlay,
  toTensor,
  type Tensor,
  type TensorLike,
  type Variable,
} from "@keras/ops";
import type { Layer } from "./layer.ts";

/** What a stateless call gives beside its outputs. */
export interface StatelessResult<R> {
  readonly outputs: R;
  /** The layer's non-trainable variables after the call, in order. */
  readonly nonTrainableVariables: readonly Tensor[];
  /** What layers added to the loss, and the weights' regularizers. */
  readonly losses: readonly Tensor[];
}

/** Values that stand in for a layer's variables. */
export interface LayerState {
  readonly trainableVariables: readonly TensorLike[];
  readonly nonTrainableVariables: readonly TensorLike[];
}

function fill(
  overlay: StateOverlay,
  variables: readonly Variable[],
  values: readonly TensorLike[],
  what: string,
  layer: string,
): void {
  if (values.length !== variables.length)
    throw new ArgumentError(
      `the layer has ${variables.length} ${what} variables, but ${values.length} values were given`,
      { layer },
    );
  variables.forEach((v, i) => overlay.values.set(v, toTensor(values[i]!, v.dtype)));
}

/** Calls a layer on given values of its variables, and leaves its own as they are. */
export function callStateless(layer: Layer, state: LayerState, args: readonly unknown[]): StatelessResult<unknown> {
  if (!layer.built)
    throw new BuildError("a stateless call needs a built layer: call it on data first, or build(inputShape)", {
      layer: layer.path,
    });
  const overlay = new StateOverlay(runtime().overlay);
  const others = layer.nonTrainableVariables;
  fill(overlay, layer.trainableVariables, state.trainableVariables, "trainable", layer.path);
  fill(overlay, others, state.nonTrainableVariables, "non-trainable", layer.path);
  return scoped({ overlay }, () => {
    const outputs = layer.applyAny(...args);
    return { outputs, nonTrainableVariables: others.map((v) => overlay.get(v)!), losses: layer.losses };
  });
}

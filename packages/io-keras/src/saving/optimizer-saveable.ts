import { classNameOf, NDArray, type Variable } from "@keras/ops";
import type { Saveable, WeightValue } from "../weights/saveable.ts";
import { assignVariables } from "./assign-variables.ts";

/** What saving needs of an optimizer. */
export interface OptimizerLike {
  readonly name: string;
  readonly variables: readonly Variable[];
  readonly built: boolean;
  build(variables: readonly Variable[]): void;
}

/** What Keras's loss-scaling optimizer stores before the state of the one inside: iteration, rate, steps since the last change, scale. */
const LOSS_SCALE_STATE = 4;

/**
 * State of an optimizer: iteration, learning rate (unless a schedule decides), then averages and slots in the order in which they were
 * made.
 */
export function optimizerSaveable(optimizer: OptimizerLike, warn: (message: string) => void): Saveable {
  return {
    className: classNameOf(optimizer.constructor),
    name: optimizer.name,
    children: () => [],
    saveOwnVariables: (store) => optimizer.variables.forEach((v, i) => (store[String(i)] = v)),
    loadOwnVariables(store) {
      const { variables, name } = optimizer;
      const count = Object.keys(store).length;
      if (count === variables.length) return assignVariables(variables, store, `the optimizer '${name}'`);
      // Mixed precision in Keras: a loss-scaling optimizer around this one, whose state comes last.
      if (count === variables.length + LOSS_SCALE_STATE) {
        return assignVariables(
          variables,
          Object.fromEntries(variables.map((_, i) => [i, store[String(i + LOSS_SCALE_STATE)]!])),
          `the optimizer '${name}'`,
        );
      }
      // Keras does the same: a model saved before its first step has no slots.
      if (count > 0)
        warn(
          `the state of the optimizer '${name}' is left as it is: it has ${variables.length} variables, the file ${count}`,
        );
      return undefined;
    },
  };
}

const scalar = (values: Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>, dtype: "int32" | "float32"): NDArray =>
  new NDArray(values, [], dtype);

/**
 * The same state in the form that Keras gives it in a model of policy `mixed_float16`, whose optimizer it wraps in one that scales the
 * loss.
 */
export function lossScaledSaveable(optimizer: OptimizerLike, inner: Saveable): Saveable {
  return {
    className: "LossScaleOptimizer",
    name: "loss_scale_optimizer",
    children: () => [["inner_optimizer", inner]],
    saveOwnVariables(store) {
      const values: WeightValue[] = [
        scalar(new Int32Array([0]), "int32"), scalar(new Float32Array([0]), "float32"), scalar(new Int32Array([0]), "int32"), scalar(new Float32Array([2 ** 15]), "float32"), ...optimizer.variables,
      ]; // prettier-ignore
      values.forEach((v, i) => (store[String(i)] = v));
    },
    loadOwnVariables: (store) => inner.loadOwnVariables(store),
  };
}
